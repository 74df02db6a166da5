import type { PendingOrders } from '@headway/jobs'
import type { ErpAccount } from './erp/erp-account.ts'

/** What a worker has for its operations beside their jobs. */
export interface WorkerResources {
  readonly orders: PendingOrders
  /** The ERP, where there is one. Holds a password: never log it. */
  readonly erp: ErpAccount | undefined
}
