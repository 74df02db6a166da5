import { startTestRedis, uniqueUserId } from '@headway/test-kit'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { openClient, openReadyClient, openRealtime, refusalOf, silent } from './realtime-fixture.ts'

/** A server on a Redis of its own, which can be made to refuse. */
async function openOnOwnRedis() {
  const redisServer = await startTestRedis()
  const admin = new Redis(redisServer.url)
  onTestFinished(async () => {
    admin.disconnect()
    await redisServer.stop()
  })
  const warnings: { rooms?: number; message: string }[] = []
  const warn = (fields: object, message: string) => void warnings.push({ ...fields, message })
  const server = await openRealtime({
    redisUrl: redisServer.url,
    headCheckMs: 100,
    logger: { ...silent, warn },
  })
  return { server, admin, warnings }
}

it('lets old and new users connect while the memory of Redis is full', async () => {
  const { server, admin } = await openOnOwnRedis()
  const known = uniqueUserId()
  const { cursors } = await openReadyClient(server.url, { userId: known })
  await admin.config('SET', 'maxmemory', '1')
  const back = await openReadyClient(server.url, { userId: known, auth: { cursors } })
  expect(back.resyncs).toEqual([])
  await openReadyClient(server.url, { userId: uniqueUserId() })
})

it('on a Redis that only reads: keeps the clients that there are, asks new ones to wait, and says so once per check', async () => {
  const { server, admin, warnings } = await openOnOwnRedis()
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => openReadyClient(server.url, { userId: uniqueUserId() })),
  )
  await admin.call('REPLICAOF', '127.0.0.1', '1')
  expect(await refusalOf(await openClient(server.url, { userId: uniqueUserId() }))).toMatchObject({
    code: 'unavailable',
  })
  await expect.poll(() => warnings.filter(({ rooms }) => rooms !== undefined).length).toBeGreaterThan(1)
  // All users and `all`.
  expect(warnings.find(({ rooms }) => rooms !== undefined)?.rooms).toBe(21)
  expect(clients.every(({ socket }) => socket.connected)).toBe(true)

  await admin.call('REPLICAOF', 'NO', 'ONE')
  // Its connection may be looking for another Redis at this moment.
  const isLetIn = () =>
    openReadyClient(server.url, { userId: uniqueUserId() }).then(
      () => true,
      () => false,
    )
  await expect.poll(isLetIn, { timeout: 10_000 }).toBe(true)
  expect(clients.flatMap(({ resyncs }) => resyncs)).toEqual([])
})
