import { createBroadcaster, type Logger } from '@headway/event-log'
import { userChannel, type OrderInput } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { TEST_JWT_SECRET, uniqueUserId } from '@headway/test-kit'
import type { RequestHandler } from 'express'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { createPendingOrdersRouter, createTokenVerifier, type OrderBroadcast } from '../src/index.ts'
import { callUrl, startHttp, type Answer, type HttpFixture } from './http-fixture.ts'
import { newOrder } from './order-batches.ts'
import { openReadyClient, openRealtime, silent, type TestClient } from './realtime-fixture.ts'
import { serveRouter } from './serve-router.ts'

interface Served {
  http: HttpFixture
  userId: string
  /** A device of the user. */
  device: TestClient
  send: (orders: OrderInput[]) => Promise<Answer>
  remove: (orderId: string) => Promise<Answer>
}

interface ServedOptions {
  broadcast?: OrderBroadcast
  before?: RequestHandler
  engine?: (engine: JobEngine) => JobEngine
  logger?: Logger
}

/** The router in an application of its own, with a device that listens. */
async function serve({
  broadcast,
  before,
  engine = (own) => own,
  logger = silent,
}: ServedOptions): Promise<Served> {
  const http = await startHttp()
  onTestFinished(() => http.close())
  const { url: realtimeUrl } = await openRealtime()
  const userId = uniqueUserId()
  const device = await openReadyClient(realtimeUrl, { userId })
  const router = createPendingOrdersRouter({
    engine: engine(http.engine),
    verifier: createTokenVerifier({ jwtSecret: TEST_JWT_SECRET }),
    logger,
    ...(broadcast && { broadcast }),
  })
  const url = await serveRouter(...(before ? [before] : []), router)
  return {
    http,
    userId,
    device,
    send: (orders) => callUrl(url, 'POST', { userId, body: { orders } }),
    remove: (orderId) => callUrl(url, `DELETE /${orderId}`, { userId }),
  }
}

async function unpublished({ engine }: HttpFixture): Promise<number> {
  const rows = await engine.db.selectFrom('outbox').where('published_at', 'is', null).select('id').execute()
  return rows.length
}

/** Notes when an answer is sent. */
function noteAnswers(steps: string[]): RequestHandler {
  return (_request, response, next) => {
    response.once('prefinish', () => steps.push(`answer ${response.statusCode}`))
    next()
  }
}

it('broadcasts after the answer, and what it broadcasts is committed', async () => {
  const steps: string[] = []
  const served: Served = await serve({
    before: noteAnswers(steps),
    broadcast: async (userId, { type, payload }, { once }) => {
      steps.push(type)
      // On a connection of its own: it sees what is committed.
      const { db } = served.http.engine
      const ids = 'orderIds' in payload ? payload.orderIds : []
      const orders = await db
        .selectFrom('pending_orders')
        .where('user_id', '=', userId)
        .select('id')
        .execute()
      const marks = await db.selectFrom('outbox').select('id').execute()
      expect(orders.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
      expect(marks.some(({ id }) => once.startsWith(`outbox:${id}:`))).toBe(true)
      steps.push('committed')
    },
  })
  const [order, added] = [newOrder(), newOrder()]
  await served.send([order])
  await served.send([{ ...order, version: 1 }, added])
  await served.remove(added.id)
  await expect.poll(() => steps.length).toBe(11)
  expect(steps.join(' ').split(/ (?=answer)/)).toEqual([
    'answer 200 PENDING_CREATED committed',
    'answer 200 PENDING_CREATED committed PENDING_UPDATED committed',
    'answer 204 PENDING_DELETED committed',
  ])
})

it('nudges the relay after the answer where there is no other broadcast', async () => {
  const steps: string[] = []
  const { send, remove, userId, device } = await serve({
    before: noteAnswers(steps),
    engine: (engine) => ({
      ...engine,
      relay: Object.assign(Object.create(engine.relay) as JobEngine['relay'], {
        nudge(channels: Parameters<JobEngine['relay']['nudge']>[0]) {
          steps.push(`nudge ${channels.join()}`)
          engine.relay.nudge(channels)
        },
      }),
    }),
  })
  const order = newOrder()
  await send([order])
  await expect.poll(() => device.types()).toEqual(['PENDING_CREATED'])
  await remove(order.id)
  await expect.poll(() => device.types()).toEqual(['PENDING_CREATED', 'PENDING_DELETED'])
  const nudge = `nudge ${userChannel(userId)}`
  expect(steps).toEqual(['answer 200', nudge, 'answer 204', nudge])
})

it.each<[string, OrderBroadcast]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  ['never ends', () => new Promise(() => {})],
])('answers 200 when the broadcast %s, and the message still comes once', async (_, broadcast) => {
  const logged: unknown[] = []
  const logger = { ...silent, error: (...line: unknown[]) => void logged.push(line) }
  const { http, send, remove, device } = await serve({ broadcast, logger })
  const order = newOrder()
  expect((await send([order])).status).toBe(200)
  expect((await remove(order.id)).status).toBe(204)
  http.engine.relay.start()
  await expect.poll(() => device.types()).toEqual(['PENDING_CREATED', 'PENDING_DELETED'])
  await expect.poll(() => unpublished(http)).toBe(0)
  expect(device.types()).toHaveLength(2)
  expect(logged).toHaveLength(broadcast.toString().includes('broken') ? 2 : 0)
})

it('sends a message once that the broadcast appends under its mark', async () => {
  const broadcasts: Promise<void>[] = []
  const served: Served = await serve({
    broadcast: (userId, message, { once }) => {
      const { eventLog } = served.http.engine
      const sent = createBroadcaster({ eventLog, logger: silent }).broadcast(userId, message, { once })
      broadcasts.push(sent)
      return sent
    },
  })
  const { http, send, device } = served
  const order = newOrder()
  await send([order])
  await send([{ ...order, version: 1 }, newOrder()])
  await expect.poll(() => unpublished(http)).toBe(0)
  expect(broadcasts).toHaveLength(3)
  await device.request('sync')
  expect(device.types()).toEqual(['PENDING_CREATED', 'PENDING_CREATED', 'PENDING_UPDATED'])
})

it('tells nothing of what was not committed, refused, or not there', async () => {
  const told: string[] = []
  const { http, send, remove, device } = await serve({
    broadcast: (_userId, { type }) => void told.push(type),
  })
  const order = newOrder()
  await send([order])
  await sql`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'refused at the commit'; end $$`.execute(
    http.engine.db,
  )
  await sql`
    create constraint trigger refuse after insert on outbox deferrable initially deferred
    for each row execute function refuse()`.execute(http.engine.db)
  expect((await send([newOrder(), { ...order, version: 1 }])).status).toBe(500)
  expect((await remove(order.id)).status).toBe(500)
  await sql`drop trigger refuse on outbox`.execute(http.engine.db)

  expect((await remove(newOrder().id)).status).toBe(404)
  expect((await send([order])).status).toBe(409)
  expect((await send([])).status).toBe(400)
  await expect.poll(() => unpublished(http)).toBe(0)
  expect((await send([{ ...order, version: 1 }])).status).toBe(200)
  await expect.poll(() => device.types()).toEqual(['PENDING_CREATED', 'PENDING_UPDATED'])
  expect(told).toEqual(['PENDING_CREATED', 'PENDING_UPDATED'])
})
