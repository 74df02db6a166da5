import { serialiseMessage } from '@headway/event-log'
import { jobChannel, userChannel } from '@headway/events'
import { uniqueUserId, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { Relay } from '../src/index.ts'
import { addMessages, onceMark } from '../src/outbox/outbox.ts'
import { lockChannel } from '../src/outbox/pending-rows.ts'
import {
  addNumbered,
  logThatAppends,
  numbersIn,
  pendingCount,
  publishedAgo,
  range,
} from './support/numbered-messages.ts'
import {
  createTestJob,
  openTestDatabase,
  openTestEngine,
  readMessages,
  silentLogger,
  typesOf,
} from './support/test-engine.ts'

describe('Relay', () => {
  it('keeps the order of a channel under two relays and many nudges (J14)', async () => {
    const databaseUrl = await openTestDatabase()
    const first = await openTestEngine({ databaseUrl })
    const second = await openTestEngine({ databaseUrl })
    const channel = userChannel(uniqueUserId())
    for (let at = 0; at < 120; at += 3) {
      await addNumbered(first.engine, channel, at, 3)
      first.engine.relay.nudge([channel])
      second.engine.relay.nudge([channel])
    }
    await Promise.all([first.engine.relay.flush([channel]), second.engine.relay.flush([channel])])
    expect(await numbersIn(first, channel)).toEqual(range(120))
    expect(await pendingCount(first.engine)).toBe(0)
  })

  it('lets one relay at a time publish a channel (J14)', async () => {
    const { engine, redis, eventLog } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    let active = 0
    let appends = 0
    const slowLog = logThatAppends(eventLog, async (...append) => {
      active += 1
      appends += 1
      expect(active).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      active -= 1
      return eventLog.appendSerialised(...append)
    })
    const parts = { db: engine.db, redis, queue: engine.queue, logger: silentLogger, eventLog: slowLog }
    const relays = [new Relay(parts), new Relay(parts), new Relay(parts)]
    await addNumbered(engine, channel, 0, 10)
    await Promise.all(relays.map((relay) => relay.flush([channel])))
    expect(appends).toBe(10)
    expect(await numbersIn({ redis }, channel)).toEqual(range(10))
    await Promise.all(relays.map((relay) => relay.stop()))
  })

  it('publishes a channel while another one, asked for at the same time, is kept by somebody else (J14)', async () => {
    const { engine, redis } = await openTestEngine()
    const [kept, free] = [userChannel(uniqueUserId()), userChannel(uniqueUserId())]
    for (const channel of [kept, free]) await addNumbered(engine, channel, 0)
    const gate = Promise.withResolvers<void>()
    const isLocked = Promise.withResolvers<void>()
    const holder = engine.db.transaction().execute(async (trx) => {
      await lockChannel(trx, kept, 'wait')
      isLocked.resolve()
      await gate.promise
    })
    await isLocked.promise
    const flushed = engine.relay.flush([kept, free])
    await expect.poll(() => numbersIn({ redis }, free)).toEqual([0])
    expect(await numbersIn({ redis }, kept)).toEqual([])
    gate.resolve()
    await Promise.all([holder, flushed])
    expect(await numbersIn({ redis }, kept)).toEqual([0])
  })

  it('publishes once what a relay had published and not marked when it died (J15)', async () => {
    const { engine, redis, eventLog } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    await addNumbered(engine, channel, 0, 3)
    // What the dead relay had done: the message is in the log, its mark in Postgres was never made.
    const [row] = await engine.db.selectFrom('outbox').select(['id', 'body']).orderBy('id').limit(1).execute()
    await eventLog.appendSerialised(channel, row!.body, { once: onceMark(row!) })

    await engine.relay.flush([channel])
    expect(await numbersIn({ redis }, channel)).toEqual([0, 1, 2])
  })

  it('publishes once when the reply of an append was lost (J15)', async () => {
    const { engine, redis, eventLog } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    let failures = 1
    const relay = new Relay({
      db: engine.db,
      redis,
      queue: engine.queue,
      logger: silentLogger,
      eventLog: logThatAppends(eventLog, async (...append) => {
        const outcome = await eventLog.appendSerialised(...append)
        if (failures-- > 0) throw new Error('connection lost')
        return outcome
      }),
    })
    await addNumbered(engine, channel, 0, 3)
    await relay.flush([channel])
    expect(await numbersIn({ redis }, channel)).toEqual([0])
    expect(await pendingCount(engine)).toBe(3)
    await relay.flush([channel])
    expect(await numbersIn({ redis }, channel)).toEqual([0, 1, 2])
    await relay.stop()
  })

  it('delivers a message whose transaction commits after a newer one was published (J16)', async () => {
    const { engine, redis } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    const inserted = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<void>()
    const slow = engine.db.transaction().execute(async (trx) => {
      await addMessages(trx, [channel], [{ type: 'CUSTOMER_UPDATED', payload: { customerId: '0' } }])
      inserted.resolve()
      await commit.promise
    })
    await inserted.promise
    await addNumbered(engine, channel, 1)
    await engine.relay.flush([channel])
    expect(await numbersIn({ redis }, channel)).toEqual([1])
    commit.resolve()
    await slow
    await engine.relay.flush([channel])
    expect(await numbersIn({ redis }, channel)).toEqual([1, 0])
  })

  it('sweeps up what nobody nudged for, and forgets old rows (J17)', async () => {
    const { engine, redis } = await openTestEngine({ sweepIntervalMs: 50 })
    engine.relay.start()
    const channel = userChannel(uniqueUserId())
    await addNumbered(engine, channel, 0, 2)
    await waitFor(async () => (await numbersIn({ redis }, channel)).length === 2)
    await waitFor(async () => (await pendingCount(engine)) === 0)
    expect(await engine.db.selectFrom('outbox').select('id').execute()).toHaveLength(2)
    await publishedAgo(engine, 301_000)
    await waitFor(async () => (await engine.db.selectFrom('outbox').select('id').execute()).length === 0)
  })

  it('publishes more rows than fit into one transaction', async () => {
    const { engine, redis } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    await addNumbered(engine, channel, 0, 450)
    await engine.relay.flush([channel])
    expect(await pendingCount(engine)).toBe(0)
    expect((await numbersIn({ redis }, channel)).at(-1)).toBe(449)
  })

  it('publishes more than fits into one transaction of many channels, each in its order (J14)', async () => {
    const { engine, redis } = await openTestEngine()
    const channels = Array.from({ length: 60 }, () => userChannel(uniqueUserId()))
    for (const channel of channels) await addNumbered(engine, channel, 0, 7)
    await engine.relay.flush(channels)
    expect(await pendingCount(engine)).toBe(0)
    for (const channel of channels) expect(await numbersIn({ redis }, channel)).toEqual(range(7))
  })

  it('stops at a row that Redis does not take, so that none overtakes it (J14)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const channel = jobChannel(job.jobId)
    // The log of the channel is not a log: the append fails.
    await redis.set(`hw:{${channel}}:log`, 'x')
    await redis.hset(`hw:{${channel}}:head`, { seq: 1, genesis: 1, bytes: 0 })
    await engine.relay.flush([channel])
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(false)
    await redis.del(`hw:{${channel}}:log`)
    await engine.relay.flush([channel])
    expect(typesOf(await readMessages(redis, channel))).toEqual(['JOB_CREATED', 'JOB_QUEUED'])
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(true)
  })

  it('does not take a message for the one that had its number before Postgres was set back (J15)', async () => {
    const test = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    await addNumbered(test.engine, channel, 0, 3)
    await test.engine.relay.flush([channel])
    // As a replica that lagged takes over: the last rows are gone, and their numbers are given once more.
    const { id } = await test.engine.db
      .selectFrom('outbox')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirstOrThrow()
    await test.engine.db.deleteFrom('outbox').where('id', '=', id).execute()
    await sql`alter sequence outbox_id_seq restart with ${sql.lit(id)}`.execute(test.engine.db)

    await addNumbered(test.engine, channel, 3)
    await test.engine.relay.flush([channel])
    expect(await numbersIn(test, channel)).toEqual([0, 1, 2, 3])
  })

  it('does not take a database made anew for one whose messages are published already (J15)', async () => {
    const channel = userChannel(uniqueUserId())
    const before = await openTestEngine()
    await addNumbered(before.engine, channel, 0)
    await before.engine.relay.flush([channel])
    const after = await openTestEngine()
    await addNumbered(after.engine, channel, 1)
    await after.engine.relay.flush([channel])
    expect(await numbersIn(after, channel)).toEqual([0, 1])
  })

  it('reads the same text back that was put in', async () => {
    const { engine } = await openTestEngine()
    const channel = userChannel(uniqueUserId())
    const message = {
      type: 'CUSTOMER_UPDATED',
      payload: { customerId: 'é\0👍' },
      timestamp: '2026-01-01T00:00:00.000Z',
    } as const
    await engine.db.transaction().execute((trx) => addMessages(trx, [channel], [message]))
    const row = await engine.db.selectFrom('outbox').select('body').executeTakeFirstOrThrow()
    expect(row.body).toBe(serialiseMessage(channel, message))
  })
})
