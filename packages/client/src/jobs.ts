// The public names of the entry point `@headway/client/jobs`.
export type { JobMessage } from './job-message.ts'
export type { JobSnapshot } from './job-store.ts'
export { jobStore, watchJobs } from './job-stores.ts'
export type { QueueWait } from './queue-wait.ts'
export { emptyJob, loadJob, reduceJob, type JobRecord } from './reduce-job.ts'
