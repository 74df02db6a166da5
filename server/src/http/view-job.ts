import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { userIdOf } from './authenticate.ts'
import { notFound } from './http-error.ts'
import { jobIdOf } from './job-id.ts'

/** `GET /jobs/:jobId`, to its user alone. */
export function viewJob(engine: JobEngine): RequestHandler {
  return async (request, response) => {
    const job = await engine.jobs.view(userIdOf(response), jobIdOf(request))
    if (job === undefined) throw notFound('job')
    response.json(job)
  }
}
