/** What one user may do with orders; published in `GET /api/limits`. */
export interface OrderRouteLimits {
  /** Batches that a user may send in a minute. @default 120 */
  batchesPerMinute: number
  /** Orders that a user may delete in a minute. @default 600 */
  deletionsPerMinute: number
  /** Orders of a user that are not in the ERP. @default 10_000 */
  maxUnsubmittedOrders: number
}

export const DEFAULT_ORDER_ROUTE_LIMITS: OrderRouteLimits = {
  batchesPerMinute: 120,
  deletionsPerMinute: 600,
  maxUnsubmittedOrders: 10_000,
}

/** Largest batch in bytes: 500 orders of 4 KiB each. */
export const BATCH_MAX_BYTES = 2_097_152
