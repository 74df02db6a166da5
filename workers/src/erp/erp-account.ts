/** Where the ERP is, and who the workers are there. Holds a password: never log it. */
export interface ErpAccount {
  /** Nothing but scheme, host and port: only pages of this origin are read and filled in. */
  origin: string
  user: string
  password: string
  /** Longest wait for a page, in milliseconds; then the ERP counts as unavailable. @default 30_000 */
  pageTimeoutMs?: number
  /**
   * How long the ERP may still be at work on an order that was sent to it and that it has not answered, in milliseconds. An attempt that does not find
   * such an order waits for so long before it sends it again. Longer than a page may take, or the order could come twice.
   *
   * @default 60_000
   */
  settleMs?: number
}
