/** By ISO 4217; two for what is no currency, about which the order's own schema has a word. */
function decimalsOf(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits
}

/** Reads a price like `12.50` or `12,5` as minor units, never through a fraction. Undefined for anything else. */
export function readPrice(text: string, currency: string): number | undefined {
  const decimals = decimalsOf(currency)
  const [, whole, fraction = ''] = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim()) ?? []
  if (whole === undefined || fraction.length > decimals) return undefined
  return Number(whole + fraction.padEnd(decimals, '0'))
}

/** Writes minor units as a price like `12.50`, never through a fraction, however many they are. */
export function writePrice(minorUnits: number | bigint, currency: string): string {
  const decimals = decimalsOf(currency)
  if (decimals === 0) return String(minorUnits)
  const digits = String(minorUnits).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
