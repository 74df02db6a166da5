import { connectRedis, EventLog, redisReady, type ReplayOutcome } from '@headway/event-log'
import { jobChannel, type Channel } from '@headway/events'
import { services, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { openEngine, openReadyClient, openRealtime, silent } from './realtime-fixture.ts'

/** A log whose second read of a channel fails, as when Redis goes away between the two. */
class InterruptedLog extends EventLog {
  interrupted: Channel | undefined
  #reads = 0

  override async readAfter(channel: Channel, cursor: number): Promise<ReplayOutcome> {
    if (channel === this.interrupted && ++this.#reads === 2) throw new Error('Connection is closed.')
    return super.readAfter(channel, cursor)
  }
}

it('keeps nobody connected who was told that he follows a job, and could not be let into its room', async () => {
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const eventLog = new InterruptedLog(redis)
  const engine = await openEngine(eventLog)
  const { url } = await openRealtime({ engine, eventLog })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome !== 'created') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const channel = jobChannel(jobId)
  const client = await openReadyClient(url, { userId })

  eventLog.interrupted = channel
  const answer = await client.request('subscribe:job', jobId, {})
  expect(answer).toMatchObject({ ok: true, channel })
  await expect.poll(() => client.socket.connected).toBe(false)

  const back = await openReadyClient(url, { userId, auth: { cursors: { [channel]: answer['seq'] } } })
  const { seq } = (await eventLog.append(channel, {
    type: 'JOB_CHECKPOINT',
    payload: { jobId, operationType: 'rehearse', step: 'one' },
  })) as { seq: number }
  await expect.poll(() => back.cursors[channel]).toBe(seq)
})
