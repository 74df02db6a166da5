export type { BrowserObserver } from './browser/browser-observer.ts'
export type { BrowserPoolOptions } from './browser/browser-pool.ts'
export { ChromiumNotFoundError } from './browser/errors.ts'
export { findChromium, type Chromium, type FindChromiumOptions } from './browser/find-chromium.ts'
export {
  defineOperation,
  type Availability,
  type Operation,
  type OperationDefinition,
} from './define-operation.ts'
export { defineExternalOperation, type ExternalOperationDefinition } from './external/external-operation.ts'
export { ExternalOperationsError, loadExternalOperations } from './external/load-external-operations.ts'
export { FinalError, RetryableError, type OperationErrorOptions } from './errors.ts'
export { loadOperations } from './load-operations.ts'
export { createWorkerMetrics, type WorkerMetrics } from './metrics/worker-metrics.ts'
export type { AskOptions, OperationContext } from './operation-context.ts'
export type { OperationLogger } from './operation-logger.ts'
export { UrlGuard, type AllowedUrl, type UrlGuardOptions } from './pages/url-guard.ts'
export { UrlNotAllowedError } from './pages/url-not-allowed-error.ts'
export type { AttemptEnd, JobObserver } from './processor/job-observer.ts'
export { startWorker, type RunningWorker, type WorkerOptions } from './start-worker.ts'
