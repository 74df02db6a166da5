/** How many decimals prices of a currency have, by ISO 4217; two for what is no currency. */
export function currencyDecimals(currency: string): number {
  if (!/^[A-Z]{3}$/i.test(currency)) return 2
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

/** Reads a price like `12.50` or `12,5` as minor units, never through a fraction. Undefined for anything else. */
export function readPrice(text: string, currency: string): number | undefined {
  const decimals = currencyDecimals(currency)
  const [, whole, fraction = ''] = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim()) ?? []
  if (whole === undefined || fraction.length > decimals) return undefined
  return Number(whole + fraction.padEnd(decimals, '0'))
}

/** Writes minor units as {@link readPrice} reads them, like `12.50`, never through a fraction, however many they are. */
export function writePrice(minorUnits: number | bigint, currency: string): string {
  const decimals = currencyDecimals(currency)
  if (decimals === 0) return String(minorUnits)
  const digits = String(minorUnits).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
