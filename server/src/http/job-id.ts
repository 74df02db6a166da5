import { JOB_ID_PATTERN } from '@headway/events'
import type { Request } from 'express'
import { notFound } from './http-error.ts'

/** The job that a path names. What can't be an id is answered like an id that does not exist. */
export function jobIdOf(request: Request, what = 'job'): string {
  const jobId = request.params['jobId']
  if (typeof jobId !== 'string' || !JOB_ID_PATTERN.test(jobId)) throw notFound(what)
  return jobId
}
