import { FinalError } from '../errors.ts'
import type { Availability } from '../define-operation.ts'
import type { WorkerResources } from '../worker-resources.ts'
import type { ErpAccount } from './erp-account.ts'

const NO_ERP = 'No ERP is set. Set ERP_URL, ERP_USER and ERP_PASSWORD of the workers.'

export function erpAvailability({ erp }: WorkerResources): Availability {
  return erp === undefined ? { reason: NO_ERP } : true
}

/** For a job that was created while there was one. */
export function requireErp({ erp }: WorkerResources): ErpAccount {
  if (erp !== undefined) return erp
  throw new FinalError(NO_ERP, { code: 'unsupported_operation' })
}
