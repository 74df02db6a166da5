import { setTimeout } from 'node:timers/promises'
import { startTestRedis } from '@headway/test-kit'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openJobEvents, stepsOf } from './job-events-fixture.ts'

describe('a reader who comes back', () => {
  it('misses nothing and is told nothing twice, while messages keep coming', async () => {
    const job = await openJobEvents({ log: { maxSize: 100_000, maxBytes: 1e9 } })
    const attempt = await job.claim()
    const first = await job.read()
    await expect.poll(() => first.snapshots).toHaveLength(1)
    let isOver = false
    let written = 0
    const writing = (async () => {
      for (; !isOver; written += 1) {
        await job.step(written)
        await setTimeout(1)
      }
    })()

    const steps: number[] = []
    let reader = first
    for (let visit = 0; visit < 15; visit += 1) {
      await expect.poll(() => stepsOf(reader).length).toBeGreaterThan(2)
      reader.leave()
      await expect.poll(() => reader.end).toBe('broken')
      steps.push(...stepsOf(reader))
      reader = await job.read({ lastEventId: reader.lastEventId! })
      expect(reader.status).toBe(200)
    }
    isOver = true
    await writing
    await attempt.complete({})
    await expect.poll(() => reader.end).toBe('ended')
    steps.push(...stepsOf(reader))
    expect(steps).toEqual(Array.from({ length: written }, (_, n) => n))
    expect(reader.names).not.toContain('resync')
    expect(reader.names).not.toContain('snapshot')
  })

  it('may name the last event in the address; the header goes first', async () => {
    const job = await openJobEvents()
    const head = await job.eventLog.head(job.channel)
    await job.step(0)
    const middle = await job.eventLog.head(job.channel)
    await job.step(1)
    const byQuery = await job.read({ query: `?lastEventId=${head}` })
    await expect.poll(() => stepsOf(byQuery)).toEqual([0, 1])
    const byHeader = await job.read({ query: `?lastEventId=${head}`, lastEventId: middle })
    await expect.poll(() => stepsOf(byHeader)).toEqual([1])
    const byNeither = await job.read({ query: '?lastEventId=' })
    await expect.poll(() => byNeither.names).toEqual(['snapshot'])
  })

  it('is told of a gap that can not be filled, and gets a snapshot in its place', async () => {
    const job = await openJobEvents({ log: { maxSize: 3 } })
    const head = await job.eventLog.head(job.channel)
    for (let n = 0; n < 10; n += 1) await job.step(n)
    const seq = await job.eventLog.head(job.channel)
    const reader = await job.read({ lastEventId: head })
    await expect.poll(() => reader.names).toEqual(['resync', 'snapshot'])
    expect(reader.events[0]).toEqual({
      id: String(seq),
      event: 'resync',
      data: { channel: job.channel, seq, reason: 'trimmed' },
    })
    expect(reader.snapshots).toMatchObject([{ seq, job: { jobId: job.jobId } }])
    await job.step(10)
    await expect.poll(() => stepsOf(reader)).toEqual([10])

    const lost = await job.read({ lastEventId: Number.MAX_SAFE_INTEGER })
    await expect.poll(() => lost.names).toEqual(['resync', 'snapshot'])
    expect(lost.events[0]?.data.reason).toBe('lost')
  })

  it('need not come back for a gap that opens while he reads', async () => {
    const redisServer = await startTestRedis()
    onTestFinished(() => redisServer.stop())
    const job = await openJobEvents({ redisUrl: redisServer.url })
    const reader = await job.read()
    await job.step(0)
    await expect.poll(() => stepsOf(reader)).toEqual([0])
    const redis = new Redis(redisServer.url)
    onTestFinished(() => redis.disconnect())
    await redis.flushall()
    await job.step(1)
    await expect.poll(() => reader.names).toEqual(['snapshot', 'JOB_STEP', 'resync', 'snapshot'])
    const [, , resync, snapshot] = reader.events
    expect(resync).toMatchObject({ data: { channel: job.channel, reason: 'lost' } })
    expect(snapshot?.id).toBe(resync?.id)
    await job.step(2)
    await expect.poll(() => stepsOf(reader)).toEqual([0, 2])
  })

  it('of a job that has ended is sent the end, and then told not to come again', async () => {
    const job = await openJobEvents()
    const attempt = await job.claim()
    const head = await job.eventLog.head(job.channel)
    await attempt.complete({ done: true })

    const late = await job.read({ lastEventId: head })
    await expect.poll(() => late.end).toBe('ended')
    expect(late.names).toEqual(['JOB_COMPLETED'])
    const again = await job.read({ lastEventId: late.lastEventId! })
    await expect.poll(() => again.end).toBe('ended')
    expect([again.status, again.events]).toEqual([204, []])

    const fresh = await job.read()
    await expect.poll(() => fresh.end).toBe('ended')
    expect(fresh.names).toEqual(['snapshot'])
    expect((await job.read({ lastEventId: fresh.lastEventId! })).status).toBe(204)
  })

  it('is sent an end that Postgres knows and the channel does not yet', async () => {
    const job = await openJobEvents()
    const lastEventId = await job.eventLog.head(job.channel)
    // Nobody has published it yet.
    await job.engine.jobs.cancel({ userId: job.userId, jobId: job.jobId, by: 'user' })
    const reader = await job.read({ lastEventId })
    await expect.poll(() => reader.end).toBe('ended')
    expect([reader.status, reader.names]).toEqual([200, ['JOB_CANCELLED']])
  })

  it('of a job that was resumed goes on with it', async () => {
    const job = await openJobEvents()
    const { userId, jobId, channel } = job
    const head = await job.eventLog.head(channel)
    await job.engine.jobs.cancel({ userId, jobId, by: 'user' })
    await job.engine.jobs.resume({ userId, jobId })
    await job.engine.relay.flush([channel])
    const reader = await job.read({ lastEventId: head })
    await expect.poll(() => reader.names).toEqual(['JOB_CANCELLED', 'JOB_RESUMED', 'JOB_QUEUED'])
    await (await job.claim(2)).complete({})
    await expect.poll(() => reader.end).toBe('ended')
    expect(reader.names.slice(3)).toEqual(['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
  })
})
