import type { JobView } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'

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
  const { job } = await client.callApi<{ job: JobView }>('/api/jobs', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify({ ...input, type }),
  })
  return job
}
