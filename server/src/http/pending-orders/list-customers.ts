import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { SnapshotReads } from '../../snapshot-reads.ts'
import { userIdOf } from '../authenticate.ts'
import { limitParameter } from '../limit-parameter.ts'
import { parseQuery } from '../parse-query.ts'
import { searchParameter } from './search-parameter.ts'

/** What a list of customers may be asked for. */
export const customersQuery = z.strictObject({ search: searchParameter, limit: limitParameter })

/** `GET /customers`: the first of them by name, which is what a form suggests while somebody types. */
export function listCustomers(engine: JobEngine, snapshots: SnapshotReads): RequestHandler {
  return async (request, response) => {
    const wanted = { ...parseQuery(customersQuery, request), userId: userIdOf(response) }
    response.json({ customers: await snapshots.run(() => engine.orders.listCustomers(wanted)) })
  }
}
