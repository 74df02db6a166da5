export { DEFAULT_ARTIFACT_LIMITS, type ArtifactLimits } from './artifacts/artifact-limits.ts'
export type { ArtifactSource } from './artifacts/artifact-source.ts'
export { ArtifactStorageError } from './artifacts/artifact-storage-error.ts'
export { ArtifactStore, artifactKey, textKey } from './artifacts/artifact-store.ts'
export {
  artifactVariables,
  checkArtifactVariables,
  toArtifactSettings,
} from './artifacts/artifact-variables.ts'
export { JobText, textColumns, type FinishedText, type TextSlice } from './artifacts/job-text.ts'
export type { S3Settings } from './artifacts/s3-settings.ts'
export { AttemptStore, type Claim } from './attempts/attempt-store.ts'
export { Attempt, type AttemptTransaction, type Failure } from './attempts/attempt.ts'
export { FencedError } from './attempts/fenced-error.ts'
export type { HeldLease } from './attempts/lease-renewal.ts'
export type { TextWriterSettings } from './attempts/text-writer.ts'
export type { Database, JobRow } from './database/database.ts'
export { migrate } from './database/migrate.ts'
export { openDatabase, type DatabaseOptions } from './database/open-database.ts'
export {
  ArtifactTooLargeError,
  DatabaseAwayError,
  DatabaseTimeoutError,
  DatabaseUnreachableError,
  InvalidCursorError,
  MigrationFailedError,
  QueueUnavailableError,
} from './errors.ts'
export { preemptChannel } from './exclusive/exclusive-turns.ts'
export { describeFaults, faultsOf, pointerTo, type Fault } from './faults/faults-of.ts'
export { PLAIN_WORDS } from './faults/plain-words.ts'
export { openJobs, type JobEngine, type JobsOptions } from './open-jobs.ts'
export {
  OperationRegistry,
  type OperationDescription,
  type OperationView,
} from './operations/operation-registry.ts'
export type { OrderRef } from './orders/change-order-state.ts'
export type { Customer, CustomerChange } from './orders/customers.ts'
export type { Deletion } from './orders/delete-order.ts'
export type { OrderConflict } from './orders/order-conflict.ts'
export type { OrderPage, OrderQuery } from './orders/order-page.ts'
export { ORDER_SORTS } from './orders/order-sort.ts'
export { PendingOrders } from './orders/pending-orders.ts'
export { OrderRaceError } from './orders/store-orders.ts'
export {
  noteAnswer,
  noteSending,
  recordSubmission,
  takeOrder,
  type Submission,
} from './orders/order-submissions.ts'
export type { ToldMessage } from './orders/tell-orders.ts'
export type { BatchOutcome, OrderBatch, OrderResult } from './orders/upsert-orders.ts'
export { readOutboxBacklog, type OutboxBacklog } from './outbox/outbox-backlog.ts'
export { addMessages, type Dispatch } from './outbox/outbox.ts'
export type { RelayObserver } from './outbox/relay-observer.ts'
export { Relay } from './outbox/relay.ts'
export { DEFAULT_QUEUE_NAME, JobQueue, type QueueDepth, type QueuedTurn } from './queue/job-queue.ts'
export { Reconciler } from './queue/reconciler.ts'
export { retryDelayMs } from './queue/retry-delay.ts'
export type { AnswerDecision, AnswerRequest } from './questions/answer-job.ts'
export { QUESTION_MAX_BYTES, QUESTION_NAME_MAX_LENGTH, type Question } from './questions/question.ts'
export { HeldAttempts } from './reports/held-attempts.ts'
export type { HeldText } from './reports/held-text.ts'
export { ReportConsumer } from './reports/report-consumer.ts'
export { endedChannel, type HandledReport } from './reports/report-handler.ts'
export type { ReportObserver, ReportOutcome } from './reports/report-observer.ts'
export { cancelChannel, type CancelRequest } from './repository/cancel-job.ts'
export type { CreatedJob, Creation, NewJob } from './repository/create-job.ts'
export {
  JobRepository,
  type Cancellation,
  type JobPage,
  type JobQuery,
  type Resumption,
} from './repository/job-repository.ts'
export { countUnfinishedJobs, type UnfinishedJobs } from './repository/unfinished-jobs.ts'
export { DEFAULT_RETENTION, Retention, type RetentionLimits } from './retention/retention.ts'
export { MaintenanceQueue, type MaintenanceTask } from './scheduling/maintenance-queue.ts'
export { isMaintenanceTask, Maintenance } from './scheduling/maintenance.ts'
export { UnknownUploadError } from './uploads/link-uploads.ts'
export { UPLOAD_KEPT_HOURS } from './uploads/unused-uploads.ts'
export {
  Uploads,
  type NewUpload,
  type ReadableUpload,
  type Upload,
  type UploadOutcome,
} from './uploads/uploads.ts'
