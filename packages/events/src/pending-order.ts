/** Where an order stands on its way into the ERP. */
export const ORDER_STATES = ['draft', 'submitting', 'submitted', 'failed'] as const

export type OrderState = (typeof ORDER_STATES)[number]

export interface OrderLine {
  sku: string
  description: string
  quantity: number
  /** In minor units of the order's currency. */
  unitPrice: number
}

/** What a device sends of an order. */
export interface OrderInput {
  /** A UUID that the device has made. */
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
export interface PendingOrder extends Omit<OrderInput, 'note' | 'version'> {
  note: string | null
  /** Rises with each change, whoever makes it. */
  version: number
  state: OrderState
  /** What the ERP calls the order, once it was submitted. */
  erpNumber: string | null
  /** In minor units. */
  total: number
  createdAt: string
  updatedAt: string
}
