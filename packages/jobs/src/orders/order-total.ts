import type { OrderLine } from '@headway/events'

/** Sum of an order in minor units; not a safe integer where the order is too large to be exact. */
export function totalOf(lines: readonly Pick<OrderLine, 'quantity' | 'unitPrice'>[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
}
