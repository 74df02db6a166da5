import { FaultProxy, services, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { openEngine, openReadyClient, openRealtime } from './realtime-fixture.ts'

it('says to whoever asks while Redis is away that it is unavailable, not that it failed, and answers once it is back', async () => {
  const redis = await FaultProxy.start({ targets: [Number(new URL(services().redisUrl).port)] })
  onTestFinished(() => redis.stop())
  const { eventLog } = await openRealtime()
  const engine = await openEngine(eventLog)
  const { url } = await openRealtime({ engine, redisUrl: `redis://127.0.0.1:${redis.port}` })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome !== 'created') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const client = await openReadyClient(url, { userId })

  redis.set({ mode: 'refuse' })
  expect(redis.reset()).toBeGreaterThan(0)
  const unavailable = { ok: false, error: { code: 'unavailable' } }
  expect(await client.request('subscribe:job', jobId, {})).toMatchObject(unavailable)
  expect(await client.request('resume', `user:${userId}`, 1)).toMatchObject(unavailable)
  expect(await client.request('sync')).toMatchObject(unavailable)
  expect(client.socket.connected).toBe(true)

  redis.set({ mode: 'pass' })
  await expect
    .poll(() => client.request('subscribe:job', jobId, {}), { timeout: 20_000 })
    .toMatchObject({ ok: true, job: { jobId } })
})
