import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import type { SnapshotReads } from '../snapshot-reads.ts'
import { userIdOf } from './authenticate.ts'
import { notFound } from './http-error.ts'
import { jobIdOf } from './job-id.ts'

/** `GET /jobs/:jobId`, to its user alone. */
export function viewJob(engine: JobEngine, snapshots: SnapshotReads): RequestHandler {
  return async (request, response) => {
    const [userId, jobId] = [userIdOf(response), jobIdOf(request)]
    const job = await snapshots.run(() => engine.jobs.view(userId, jobId))
    if (job === undefined) throw notFound('job')
    response.json(job)
  }
}
