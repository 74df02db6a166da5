import { JOB_STATES } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { SnapshotReads } from '../snapshot-reads.ts'
import { userIdOf } from './authenticate.ts'
import { limitParameter } from './limit-parameter.ts'
import { parseQuery } from './parse-query.ts'

/** What a list of jobs may be asked for. */
export const jobsQuery = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  type: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, { error: 'must be the type of an operation' })
    .optional(),
  limit: limitParameter,
  cursor: z
    .string()
    .regex(/^[\w-]{1,256}={0,2}$/, { error: 'must be the nextCursor of an earlier page' })
    .optional(),
})

/** `GET /jobs`: the newest first, page by page. */
export function listJobs(engine: JobEngine, snapshots: SnapshotReads): RequestHandler {
  return async (request, response) => {
    const { state, type, limit, cursor } = parseQuery(jobsQuery, request)
    const wanted = {
      userId: userIdOf(response),
      limit,
      ...(state === undefined ? {} : { state }),
      ...(type === undefined ? {} : { operationType: type }),
      ...(cursor === undefined ? {} : { cursor }),
    }
    response.json(await snapshots.run(() => engine.jobs.list(wanted)))
  }
}
