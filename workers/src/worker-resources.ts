import type { PendingOrders } from '@headway/jobs'
import type { LlmClient } from './agent/llm-client.ts'
import type { ErpAccount } from './erp/erp-account.ts'

/** What a worker has for its operations beside their jobs. */
export interface WorkerResources {
  readonly orders: PendingOrders
  /** The ERP, where there is one. Holds a password: never log it. */
  readonly erp: ErpAccount | undefined
  /** The model of `agent`, where one is set. */
  readonly llm: LlmClient | undefined
}
