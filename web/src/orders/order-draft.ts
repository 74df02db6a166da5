import { readPrice, writePrice, type OrderInput, type PendingOrder } from '@headway/events'
import type { RefusedField } from '../lib/api-error.ts'

export interface DraftLine {
  /** Stays with the line while others come and go. */
  key: string
  sku: string
  description: string
  quantity: string
  price: string
}

/** An order as its form holds it: text, right or wrong. */
export interface OrderDraft {
  id: string
  version: number | undefined
  customerId: string
  customerName: string
  currency: string
  note: string
  lines: DraftLine[]
}

/** What is wrong with a draft, by the path of the field. */
export type DraftFaults = Readonly<Record<string, string>>

export function emptyLine(): DraftLine {
  return {
    key: crypto.getRandomValues(new Uint32Array(1)).join(),
    sku: '',
    description: '',
    quantity: '1',
    price: '',
  }
}

export function newDraft(): OrderDraft {
  const fields = { customerId: '', customerName: '', currency: 'EUR', note: '' }
  return { id: newOrderId(), version: undefined, ...fields, lines: [emptyLine()] }
}

export function toDraft(order: PendingOrder): OrderDraft {
  const { id, version, customerId, customerName, currency, note, lines } = order
  return {
    id,
    version,
    customerId,
    customerName,
    currency,
    note: note ?? '',
    lines: lines.map(({ sku, description, quantity, unitPrice }) => ({
      ...emptyLine(),
      sku,
      description,
      quantity: String(quantity),
      price: writePrice(unitPrice, currency),
    })),
  }
}

/** The order that a draft stands for, or what is wrong with it. */
export function readDraft(draft: OrderDraft): { order: OrderInput } | { faults: DraftFaults } {
  const faults: Record<string, string> = {}
  const require = (path: string, text: string) => {
    if (text.trim() === '') faults[path] = 'Fill this in.'
    return text.trim()
  }
  const currency = draft.currency.trim().toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency)) faults['currency'] = 'Three letters, like EUR.'
  const lines = draft.lines.map((line, index) => {
    const quantity = /^[1-9]\d{0,6}$/.test(line.quantity.trim()) ? Number(line.quantity) : undefined
    const unitPrice = readPrice(line.price, currency)
    if (quantity === undefined) faults[`lines.${index}.quantity`] = 'A whole number above 0.'
    if (unitPrice === undefined) faults[`lines.${index}.price`] = 'A price, like 12.50.'
    return {
      sku: require(`lines.${index}.sku`, line.sku),
      description: line.description.trim(),
      quantity: quantity ?? 0,
      unitPrice: unitPrice ?? 0,
    }
  })
  const order: OrderInput = {
    id: draft.id,
    customerId: require('customerId', draft.customerId),
    customerName: require('customerName', draft.customerName),
    currency,
    lines,
    ...(draft.note.trim() !== '' && { note: draft.note.trim() }),
    ...(draft.version !== undefined && { version: draft.version }),
  }
  return Object.keys(faults).length > 0 ? { faults } : { order }
}

/** What the server has refused, at the fields of the form; what none of them shows is in `others`. */
export function placeFaults(refused: readonly RefusedField[]): { faults: DraftFaults; others: string[] } {
  const faults: Record<string, string> = {}
  const others: string[] = []
  for (const { path, message } of refused) {
    const field = path.replace(/^orders\.0\./, '').replace(/\.unitPrice$/, '.price')
    const words = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
    if (FIELD.test(field)) faults[field] = words
    else others.push(field === 'lines' ? `The lines ${message}.` : words)
  }
  return { faults, others }
}

const FIELD = /^(customerId|customerName|currency|note|lines\.\d+\.(sku|description|quantity|price))$/

/** A UUID of version 4. Works without a secure context too, where `crypto.randomUUID` does not exist. */
function newOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
