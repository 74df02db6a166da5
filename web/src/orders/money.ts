import { currencyDecimals, writePrice } from '@headway/events'

/** Minor units as people read them: `1,250.00 EUR`. */
export function formatMoney(minorUnits: number, currency: string): string {
  const digits = currencyDecimals(currency)
  const number = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  // As text: divided, a large amount would be a cent off.
  return `${number.format(writePrice(minorUnits, currency) as Intl.StringNumericLiteral)} ${currency}`
}
