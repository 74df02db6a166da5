/** What orders can be sorted by. */
export const ORDER_SORTS = ['updatedAt', 'createdAt', 'customerName', 'total'] as const

export type OrderSort = (typeof ORDER_SORTS)[number]
