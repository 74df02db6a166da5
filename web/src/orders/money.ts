import { currencyDecimals } from '@headway/events'

/** Minor units as people read them: `1,250.00 EUR`. */
export function formatMoney(minorUnits: number, currency: string): string {
  const digits = currencyDecimals(currency)
  const number = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${number.format(minorUnits / 10 ** digits)} ${currency}`
}
