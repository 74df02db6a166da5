/** Where an order stands on its way into the ERP. */
export const ORDER_STATES = ['draft', 'submitting', 'submitted', 'failed'] as const

/** Where an order stands on its way into the ERP. */
export type OrderState = (typeof ORDER_STATES)[number]

/** A line of an order; `unitPrice` is in minor units of its currency. */
export interface OrderLine {
  sku: string
  description: string
  /** A whole number. */
  quantity: number
  /** In minor units of the order's currency. */
  unitPrice: number
}

/** What a device sends of an order. */
export interface OrderInput {
  /** A UUID that the device has made, in lower case. */
  id: string
  customerId: string
  customerName: string
  /** ISO 4217, like `EUR`. */
  currency: string
  lines: OrderLine[]
  note?: string | undefined
  /** That of the order that was changed; none for a new one. */
  version?: number | undefined
}

/** An order that waits for the ERP, or has been there. */
export interface PendingOrder extends Omit<OrderInput, 'version'> {
  /** Rises with each change, whoever makes it. */
  version: number
  state: OrderState
  /** What the ERP calls the order, once it was submitted. */
  erpNumber: string | null
  /** In minor units. */
  total: number
  /** ISO-8601 UTC, as is `updatedAt`. */
  createdAt: string
  updatedAt: string
}

/** What an order may hold. The schemas hold it; lengths are in characters as JavaScript counts them. */
export const ORDER_LIMITS = {
  maxOrdersPerBatch: 500,
  maxLines: 200,
  customerIdMaxLength: 64,
  customerNameMaxLength: 200,
  skuMaxLength: 64,
  descriptionMaxLength: 200,
  noteMaxLength: 2_000,
  maxQuantity: 1_000_000,
  maxUnitPrice: 1_000_000_000_000,
} as const

/** Sum of an order in minor units; not a safe integer where that is too large to be exact. Prices are not negative. */
export function orderTotal(lines: readonly Pick<OrderLine, 'quantity' | 'unitPrice'>[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
}
