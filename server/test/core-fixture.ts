import { randomUUID } from 'node:crypto'
import { createClient, memoryCursorStore, type ClientOptions, type HeadwayClient } from '@headway/client'
import { jobChannel, userChannel, type Channel } from '@headway/events'
import { signToken, uniqueUserId, waitFor } from '@headway/test-kit'
import { onTestFinished } from 'vitest'
import { openEngine, openRealtime } from './realtime-fixture.ts'

/** The client core on a real socket; quick to come back, so that a test is. */
export function openCore(url: string, userId: string, options: Partial<ClientOptions> = {}): HeadwayClient {
  const client = createClient({
    url,
    getToken: () => signToken({ userId }),
    cursors: memoryCursorStore(),
    backoff: { minMs: 20, maxMs: 200 },
    ...options,
  })
  onTestFinished(() => client.destroy())
  client.connect()
  return client
}

export async function untilLive(client: HeadwayClient): Promise<void> {
  await waitFor(() => client.connection.getSnapshot().freshness === 'live')
}

/** A server with jobs, and a job that waits for a worker. */
export async function openJob(options: { maxSize?: number } = {}) {
  const log = { maxBytes: 1e8, maxSize: 10_000, ...options }
  const { eventLog } = await openRealtime({ log })
  const engine = await openEngine(eventLog)
  const server = await openRealtime({ engine, eventLog })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome === 'idempotency_mismatch') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const channels: Channel[] = [userChannel(userId), jobChannel(jobId)]
  await engine.relay.flush(channels)
  const claim = async () => {
    const attempt = await engine.attempts.claim({
      jobId,
      dispatch: 1,
      workerId: randomUUID(),
      leaseMs: 60_000,
    })
    if (!attempt) throw new Error(`Job ${jobId} could not be claimed.`)
    await attempt.running()
    return attempt
  }
  return { server, userId, jobId, claim }
}
