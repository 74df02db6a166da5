import type { ErpStore, Order, OrderLine } from './erp-store.ts'
import type { FormFields } from './form-fields.ts'

/** Rows of the form. */
export const MAX_LINES = 50

export interface ReadOrder {
  order: Omit<Order, 'number' | 'enteredAt'>
  /** One sentence for each field that will not do. */
  faults: string[]
}

/**
 * Reads the order form as the desk's people fill it in: `sku_1`, `description_1`, `quantity_1`, `price_1` and so on, prices in major
 * units with two decimals.
 */
export function readOrderForm(fields: FormFields, store: ErpStore): ReadOrder {
  const faults: string[] = []
  const customerNumber = fields['customer'] ?? ''
  if (customerNumber === '') faults.push('Customer is missing.')
  else if (!store.customer(customerNumber)) faults.push(`Customer ${customerNumber} does not exist.`)
  const currency = (fields['currency'] ?? '').toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency)) faults.push(`Currency "${currency}" is not one.`)
  const reference = fields['reference'] ?? ''
  if (reference.length > 64) faults.push('Reference is longer than 64 characters.')

  const lines: OrderLine[] = []
  for (let row = 1; row <= MAX_LINES; row += 1) {
    const line = readLine(fields, row)
    if (line === undefined) continue
    if (typeof line === 'string') faults.push(line)
    else lines.push(line)
  }
  if (lines.length === 0 && faults.length === 0) faults.push('An order needs at least one line.')
  return { order: { customerNumber, currency, reference, note: fields['note'] ?? '', lines }, faults }
}

/** In minor units. */
export function totalOf({ lines }: Pick<Order, 'lines'>): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
}

export function money(minorUnits: number, currency: string): string {
  return `${(minorUnits / 100).toFixed(2)} ${currency}`
}

/** A line, why it will not do, or undefined for an empty row. */
function readLine(fields: FormFields, row: number): OrderLine | string | undefined {
  const [sku, description] = [fields[`sku_${row}`] ?? '', fields[`description_${row}`] ?? '']
  const [quantity, price] = [fields[`quantity_${row}`] ?? '', fields[`price_${row}`] ?? '']
  if (sku + description + quantity + price === '') return undefined
  if (sku === '') return `Line ${row}: the article is missing.`
  if (!/^\d{1,6}$/.test(quantity) || Number(quantity) === 0) {
    return `Line ${row}: the quantity "${quantity}" is not a whole number above 0.`
  }
  if (!/^\d{1,9}\.\d{2}$/.test(price)) return `Line ${row}: the price "${price}" is not like 12.50.`
  return { sku, description, quantity: Number(quantity), unitPrice: Number(price.replace('.', '')) }
}
