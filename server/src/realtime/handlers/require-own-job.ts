import type { JobView } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { RequestError } from '../request-error.ts'

/** The engine behind the calls about jobs, where the server was given one. */
export function requireEngine(engine: JobEngine | undefined): JobEngine {
  if (engine) return engine
  throw new RequestError('unavailable', 'This server runs without jobs: it was given no database.')
}

/** The job, if it is the user's; a missing and a foreign one are answered alike. */
export async function requireOwnJob(engine: JobEngine, userId: string, jobId: string): Promise<JobView> {
  const job = await engine.jobs.view(userId, jobId)
  if (!job) throw notFound(jobId)
  return job
}

export function notFound(jobId: string): RequestError {
  return new RequestError('not_found', `There is no job ${jobId}.`)
}
