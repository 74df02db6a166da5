/** Digits behind the point of a currency: 2 for most, 0 for yen. */
function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/** Minor units as people read them: `1,250.00 EUR`. */
export function formatMoney(minorUnits: number, currency: string): string {
  const digits = digitsOf(currency)
  const number = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${number.format(minorUnits / 10 ** digits)} ${currency}`
}

/** Minor units as a form field takes them: `1250.00`. */
export function toDecimalText(minorUnits: number, currency: string): string {
  const digits = digitsOf(currency)
  const text = String(minorUnits).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Reads what {@link toDecimalText} writes, with a comma or a point, without ever going through a fraction. Undefined for anything else. */
export function toMinorUnits(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency)
  const [, whole, fraction = ''] = /^\s*(\d{1,12})(?:[.,](\d+))?\s*$/.exec(text) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  return Number(whole + fraction.padEnd(digits, '0'))
}
