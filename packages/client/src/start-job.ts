import type { JobView } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'

/** How a job is started. */
export interface StartJobOptions {
  /** A repeated call with the same key and input answers with the first job, for 24 hours: a retry never starts two. */
  idempotencyKey?: string | undefined
}

/** Starts a job. Throws a `RequestError`: `unsupported_operation` for a type that the deployment does not run. */
export async function startJob(
  client: HeadwayClient,
  type: string,
  input: Readonly<Record<string, unknown>>,
  { idempotencyKey }: StartJobOptions = {},
): Promise<JobView> {
  const headers = {
    'content-type': 'application/json',
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  }
  const call = { method: 'POST', headers, body: JSON.stringify({ ...input, type }) }
  const { job } = await client.callApi<{ job: JobView }>('/api/jobs', call)
  return job
}
