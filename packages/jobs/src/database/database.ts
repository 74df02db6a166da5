import type {
  CancelledBy,
  JobState,
  OrderState,
  QuestionView,
  QueuedReason,
  StepStatus,
} from '@headway/events'
import type { ColumnType, Generated, Selectable } from 'kysely'

/** JSON: parsed when read, written as the text that {@link storableJson} makes. */
type Json = ColumnType<unknown, string | null, string | null>
type JsonObject = ColumnType<Record<string, unknown>, string, string>
type Time = ColumnType<Date, Date, Date>
type OptionalTime = ColumnType<Date | null, Date | null | undefined, Date | null>
type DefaultTime = ColumnType<Date, Date | undefined, Date>
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>

/** One run of an operation. Its state changes only through `transition`. */
interface JobsTable {
  job_id: string
  user_id: string
  operation_type: string
  state: JobState
  /** Rises by one with each lifecycle message. */
  version: number
  /** The job's newest turn in the queue. */
  dispatch: Generated<number>
  /** The newest claim of a worker: the fence of everything that a worker writes. */
  attempt: Generated<number>
  input: JsonObject
  result: Json
  error: Optional<string>
  error_code: Optional<string>
  retryable: Optional<boolean>
  /** Attempts that failed since the job was created or resumed; what automatic retries are counted by. */
  failures: Generated<number>
  /** Workers lost in a row while they ran the job, with no step completed between. */
  losses: Generated<number>
  priority: Generated<number>
  exclusive: Generated<boolean>
  /** How often the job has found another exclusive job of its user running since it was last claimed. */
  busy_count: Generated<number>
  /** A more urgent job of the user has asked the running one to give way. */
  preempt_requested_at: OptionalTime
  queued_reason: Optional<QueuedReason>
  not_before: OptionalTime
  cancel_requested_at: OptionalTime
  cancel_reason: Optional<string>
  cancelled_by: Optional<CancelledBy>
  /** Who runs the job, and until when it is believed; both null unless it runs. */
  worker_id: Optional<string>
  lease_until: OptionalTime
  /** What the job waits to be told, and until when; both null unless it waits. */
  question: ColumnType<QuestionView | null, string | null | undefined, string | null>
  question_until: OptionalTime
  progress: Generated<number>
  progress_n: Generated<number>
  label: Generated<string>
  /** Length in bytes of the text that is stored; while a job runs, the text log knows more. */
  text_end: Generated<number>
  text_sha256: Optional<string>
  /** Where the artifact store keeps the text of a job that ended. */
  text_key: Optional<string>
  created_at: Time
  started_at: OptionalTime
  finished_at: OptionalTime
  updated_at: DefaultTime
}

/** A part of a job that runs once. */
export interface JobStepsTable {
  job_id: string
  name: string
  index: number
  status: StepStatus
  result: Json
  /** Length of the job's text in bytes when the step completed. */
  text_end: Optional<number>
  duration_ms: Optional<number>
  error: Optional<string>
  attempt: number
}

/** What a job was told when it asked. Later attempts find it by the question's name. */
interface JobAnswersTable {
  job_id: string
  name: string
  value: Json
  answered_at: DefaultTime
}

interface JobArtifactsTable {
  artifact_id: string
  job_id: string
  name: string
  content_type: string
  /** In bytes. */
  size: number
  storage_key: string
  created_at: DefaultTime
}

/** The first answer to a request, kept for 24 hours for those who repeat it. */
interface IdempotencyKeysTable {
  user_id: string
  key: string
  body_sha256: string
  job_id: string
  response: JsonObject
  created_at: DefaultTime
}

/** What the workers of this deployment can run, as they said themselves. */
export interface OperationsTable {
  type: string
  description: string
  input_schema: JsonObject
  timeout_ms: number
  exclusive: boolean
  priority: number
  /** Failed attempts with which a job fails for good. */
  max_failures: Generated<number>
  unavailable_reason: Optional<string>
  seen_at: DefaultTime
}

/** A report of a worker that was handled; kept for as long as it may come again. */
interface JobReportsTable {
  job_id: string
  report_id: string
  handled_at: DefaultTime
}

/** A message, or a turn in the queue, that Postgres has committed and Redis is still to hear of. */
export interface OutboxTable {
  id: Generated<number>
  channel: string
  kind: 'message' | 'dispatch'
  body: string
  created_at: DefaultTime
  /** Both null until published; `run_id` names the Redis process that has it. */
  published_at: OptionalTime
  run_id: Optional<string>
}

/** Bytes in the artifact store that no row names any more. A key that ends in a slash names a folder. */
interface UnusedFilesTable {
  storage_key: string
  unused_since: DefaultTime
}

/** Somebody a user takes orders of. */
interface CustomersTable {
  user_id: string
  customer_id: string
  name: string
  /** What else is known of the customer, by the ERP's names of it. */
  fields: ColumnType<Record<string, string>, string | undefined, string>
  /** Rises with each change. */
  version: Generated<number>
  created_at: Time
  updated_at: Time
}

/** An order on its way into the ERP. */
interface PendingOrdersTable {
  id: string
  user_id: string
  customer_id: string
  customer_name: string
  currency: string
  note: Optional<string>
  state: OrderState
  erp_number: Optional<string>
  /** In minor units, as are the prices of the lines. */
  total: number
  version: number
  created_at: Time
  updated_at: Time
}

interface PendingOrderLinesTable {
  order_id: string
  position: number
  sku: string
  description: string
  quantity: number
  unit_price: number
}

/** Which job brings an order into the ERP, or has done so. */
interface OrderSubmissionsTable {
  order_id: string
  job_id: string
  /** When it was sent; null once the ERP has answered. */
  sent_at: Optional<Date>
}

/** A file that a user has sent. */
interface UploadsTable {
  upload_id: string
  user_id: string
  name: string
  content_type: string
  storage_key: string
  /** In bytes; null until all of it is stored. */
  size: Optional<number>
  /** When it was stored, or last given to a job. */
  used_at: DefaultTime
}

/** The jobs that read an upload. */
interface JobUploadsTable {
  job_id: string
  upload_id: string
}

/** When a periodic task was last begun, whoever did it. */
interface TaskTurnsTable {
  task: 'outbox' | 'reconcile'
  taken_at: Time
}

/** The tables, for Kysely. */
export interface Database {
  jobs: JobsTable
  job_steps: JobStepsTable
  job_answers: JobAnswersTable
  job_artifacts: JobArtifactsTable
  job_reports: JobReportsTable
  idempotency_keys: IdempotencyKeysTable
  operations: OperationsTable
  outbox: OutboxTable
  customers: CustomersTable
  pending_orders: PendingOrdersTable
  pending_order_lines: PendingOrderLinesTable
  order_submissions: OrderSubmissionsTable
  unused_files: UnusedFilesTable
  uploads: UploadsTable
  job_uploads: JobUploadsTable
  task_turns: TaskTurnsTable
}

/** A job as Postgres has it. */
export type JobRow = Selectable<JobsTable>
export type OrderRow = Selectable<PendingOrdersTable>
