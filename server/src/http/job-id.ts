import { JOB_ID_PATTERN } from '@headway/events'
import type { Request } from 'express'
import { z } from 'zod'
import { notFound } from './http-error.ts'

/** How a path names a job. */
export const jobIdParameter = z.string().regex(JOB_ID_PATTERN)

/** The job that a path names. What can't be an id is answered like an id that does not exist. */
export function jobIdOf(request: Request, what = 'job'): string {
  const jobId = jobIdParameter.safeParse(request.params['jobId'])
  if (!jobId.success) throw notFound(what)
  return jobId.data
}
