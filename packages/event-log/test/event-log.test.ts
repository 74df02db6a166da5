import { describe, expect, it } from 'vitest'
import type { Redis } from 'ioredis'
import { MESSAGE_MAX_BYTES, type Channel } from '@headway/events'
import { EventLog, MessageTooLargeError, type AppendOutcome } from '@headway/event-log'
import { customerOf, customerUpdated, openLog, openRedis } from './open-log.ts'

async function appendMany(log: EventLog, channel: Channel, count: number): Promise<number[]> {
  const seqs = []
  for (let n = 0; n < count; n += 1)
    seqs.push(placeOf(await log.append(channel, customerUpdated(String(n)))).seq)
  return seqs
}

function placeOf(outcome: AppendOutcome): { seq: number; prev: number } {
  if (!('seq' in outcome)) throw new Error(`not appended: ${outcome.outcome}`)
  return outcome
}

async function lifetimes(redis: Redis, channel: Channel): Promise<[key: string, seconds: number][]> {
  const keys = await redis.keys(`hw:{${channel}}*`)
  return Promise.all(keys.map(async (key) => [key, await redis.ttl(key)] as [string, number]))
}

it('shares the first turn of a connection with a plain command', async () => {
  const redis = await openRedis()
  const log = new EventLog(redis)
  const [plain, head] = await Promise.all([redis.get('no-such-key'), log.head(`user:${crypto.randomUUID()}`)])
  expect(plain).toBeNull()
  expect(head).toBeGreaterThan(0)
})

describe('append', () => {
  it('chains every message to the one before it, from a genesis that is a time', async () => {
    const { log, channel } = await openLog()
    const genesis = await log.head(channel)
    expect(Math.abs(genesis / 1_000 - Date.now())).toBeLessThan(60_000)
    const first = placeOf(await log.append(channel, customerUpdated('1')))
    const second = placeOf(await log.append(channel, customerUpdated('2')))
    expect(first.prev).toBe(genesis)
    expect(second).toMatchObject({ prev: first.seq })
    expect(second.seq).toBeGreaterThan(first.seq)
  })

  it('keeps a mark for as long as an outbox offers its rows, whatever the age limit is (E3)', async () => {
    const maxAgeMs = 2 * 3_600_000
    const { redis, log, channel } = await openLog({ maxAgeMs })
    await log.append(channel, customerUpdated('1'), { once: 'mark' })
    expect(await redis.pttl(`hw:{${channel}}:once:mark`)).toBeGreaterThan(maxAgeMs)
  })

  it('creates the genesis itself on a channel that nobody has read', async () => {
    const { log, channel } = await openLog()
    const { seq, prev } = placeOf(await log.append(channel, customerUpdated('1')))
    expect(prev).toBeGreaterThan(0)
    expect(seq).toBeGreaterThan(prev)
  })

  it('changes nothing when it comes again under its mark', async () => {
    const { log, channel } = await openLog()
    const first = await log.append(channel, customerUpdated('1'), { once: 'mark' })
    const again = await log.append(channel, customerUpdated('1'), { once: 'mark' })
    expect(again).toEqual({ ...first, outcome: 'duplicate' })
    expect(await log.head(channel)).toBe(placeOf(first).seq)
  })

  it('is taken by no other Redis process than the one it is meant for (E16)', async () => {
    const { redis, log, channel } = await openLog()
    const [, run = ''] = /^run_id:(\S+)/m.exec(await redis.info('server')) ?? []
    const first = placeOf(await log.append(channel, customerUpdated('1'), { run }))
    expect(await log.append(channel, customerUpdated('2'), { run: '0'.repeat(40) })).toEqual({
      outcome: 'other_run',
    })
    expect(await log.head(channel)).toBe(first.seq)
  })

  it('refuses a message above the limit, and says its size', async () => {
    const { log, channel } = await openLog()
    const tooLarge = () => log.append(channel, customerUpdated('x'.repeat(MESSAGE_MAX_BYTES)))
    await expect(tooLarge()).rejects.toThrow(MessageTooLargeError)
    await expect(tooLarge()).rejects.toThrow(/pointer/)
  })

  it('keeps a late attempt out, and an attempt that Redis does not know', async () => {
    const { log, job, jobId, userId } = await openLog()
    const write = (attempt: number) => log.append(job, customerUpdated('1'), { fence: { jobId, attempt } })
    expect(await write(1)).toEqual({ outcome: 'no_fence' })
    await log.setFence(jobId, userId, 2)
    await log.setFence(jobId, userId, 1)
    expect(await write(1)).toEqual({ outcome: 'fenced' })
    expect(await write(2)).toMatchObject({ outcome: 'appended' })
  })

  it('gives every key a lifetime, and the head a longer one than the log', async () => {
    const { redis, log, channel } = await openLog()
    await log.append(channel, customerUpdated('1'))
    const ttls = await lifetimes(redis, channel)
    expect(ttls).toHaveLength(3)
    expect(ttls.every(([, seconds]) => seconds > 0)).toBe(true)
    const ttlOf = (name: string) => ttls.find(([key]) => key.endsWith(name))?.[1] ?? 0
    expect(ttlOf(':head')).toBeGreaterThan(ttlOf(':log'))
  })

  it('goes on after its head was lost, although the stream is still there', async () => {
    const { redis, log, channel } = await openLog()
    const [last] = await appendMany(log, channel, 1)
    await redis.del(`hw:{${channel}}:head`)
    const { prev } = placeOf(await log.append(channel, customerUpdated('2')))
    expect(prev).toBeGreaterThan(last!)
    expect(await log.readAfter(channel, last!)).toMatchObject({ outcome: 'resync', reason: 'lost' })
  })

  it('writes nothing at all when it can not write the log', async () => {
    const { redis, log, channel } = await openLog()
    const [seq] = await appendMany(log, channel, 1)
    await redis.set(`hw:{${channel}}:log`, 'a string')
    await expect(log.append(channel, customerUpdated('2'))).rejects.toThrow(/WRONGTYPE/)
    expect(await log.head(channel)).toBe(seq)
  })
})

describe('readAfter', () => {
  it('answers all that was missed, in order, or that nothing was', async () => {
    const { log, channel } = await openLog()
    const genesis = await log.head(channel)
    const seqs = await appendMany(log, channel, 5)
    const outcome = await log.readAfter(channel, seqs[1]!)
    if (outcome.outcome !== 'replay') throw new Error(outcome.outcome)
    expect(outcome.entries.map(customerOf)).toEqual(['2', '3', '4'])
    expect(await log.readAfter(channel, seqs[4]!)).toEqual({ outcome: 'current', head: seqs[4] })
    expect(await log.readAfter(channel, genesis)).toMatchObject({ outcome: 'replay' })
  })

  it('answers exactly the boundary of what is kept by number', async () => {
    const { log, channel } = await openLog({ maxSize: 3 })
    const seqs = await appendMany(log, channel, 5)
    expect(await log.readAfter(channel, seqs[0]!)).toMatchObject({
      outcome: 'resync',
      reason: 'trimmed',
      head: seqs[4],
    })
    expect(await log.readAfter(channel, seqs[1]!)).toMatchObject({ outcome: 'replay' })
  })

  it('keeps no more bytes than allowed, and always the newest message', async () => {
    const { log, channel } = await openLog({ maxBytes: 2_000 })
    const seqs = []
    for (let n = 0; n < 6; n += 1) {
      seqs.push(placeOf(await log.append(channel, customerUpdated(String(n).repeat(600)))).seq)
    }
    expect(await log.readAfter(channel, seqs[2]!)).toMatchObject({ outcome: 'resync', reason: 'trimmed' })
    expect(await log.readAfter(channel, seqs[3]!)).toMatchObject({ outcome: 'replay' })
    const large = placeOf(await log.append(channel, customerUpdated('x'.repeat(5_000))))
    expect(await log.readAfter(channel, large.prev)).toMatchObject({ outcome: 'replay', head: large.seq })
  })

  it('counts messages past the age limit as absent', async () => {
    const { redis, log, channel } = await openLog({ maxAgeMs: 1 })
    const [first] = await appendMany(log, channel, 2)
    const [seconds, micros] = await redis.time()
    expect(Number(seconds) * 1e6 + Number(micros)).toBeGreaterThan(first!)
    await expect
      .poll(() => log.readAfter(channel, first!))
      .toMatchObject({ outcome: 'resync', reason: 'aged' })
  })

  it('notices a log that was wiped, and a cursor from no past of it', async () => {
    const { redis, log, channel } = await openLog()
    const seqs = await appendMany(log, channel, 3)
    expect(await log.readAfter(channel, seqs[0]! + 1)).toMatchObject({ outcome: 'resync', reason: 'lost' })
    await redis.del(`hw:{${channel}}:head`, `hw:{${channel}}:log`)
    expect(await log.readAfter(channel, seqs[2]!)).toMatchObject({ outcome: 'resync', reason: 'lost' })
  })

  it('says what it has forgotten to every cursor of before, and serves those of after (E19)', async () => {
    const { log, channel } = await openLog()
    const seqs = await appendMany(log, channel, 3)
    await log.forget(channel)
    const head = await log.head(channel)
    const [next] = await appendMany(log, channel, 1)
    for (const seq of seqs) {
      expect(await log.readAfter(channel, seq)).toMatchObject({ outcome: 'resync', reason: 'lost' })
    }
    expect(await log.readAfter(channel, head)).toMatchObject({ outcome: 'replay', head: next })
  })
})

describe('readSince', () => {
  it('answers what follows the first message of that time', async () => {
    const { log, channel } = await openLog()
    await log.head(channel)
    const start = Date.now()
    for (const [n, offsetMs] of [0, 10, 10, 20].entries()) {
      const timestamp = new Date(start + offsetMs).toISOString()
      await log.append(channel, { ...customerUpdated(String(n)), timestamp })
    }
    const since = await log.readSince(channel, start + 10)
    if (since.outcome !== 'replay') throw new Error(since.outcome)
    expect(since.entries.map(customerOf)).toEqual(['2', '3'])
    expect(await log.readSince(channel, start + 20)).toMatchObject({ outcome: 'current' })
  })

  it('says resync for a time before anything that the log knows', async () => {
    const { log, channel } = await openLog()
    await appendMany(log, channel, 2)
    expect(await log.readSince(channel, Date.now() - 60_000)).toMatchObject({
      outcome: 'resync',
      reason: 'lost',
    })
  })
})
