import type { JobBook } from './job-book.ts'
import type { KeptJob } from './kept-job.ts'
import { sealOf } from './text-seal.ts'

/** Ends a job as cancelled: by whoever has asked to, else by the system. */
export function endAsCancelled(book: JobBook, job: KeptJob, reason?: string): void {
  const wish = job.cancel ?? { by: 'system' as const }
  const payload = { ...wish, ...(reason !== undefined && { reason }), ...sealOf(job) }
  book.change(job, 'cancelled', ['JOB_CANCELLED', payload])
}
