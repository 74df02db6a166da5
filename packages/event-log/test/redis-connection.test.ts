import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import { userChannel } from '@headway/events'
import { FaultProxy, services, startTestRedis, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

it('runs a script as the second command of a batch, the first time that a connection runs any', async () => {
  const redis = connectRedis(services().redisUrl, 'publisher', { logger })
  await redisReady(redis)
  const log = new EventLog(redis)
  const channel = userChannel(uniqueUserId())
  // The first command opens the batch, the script joins it, the third finds out whether answers were mixed up.
  const answers = await Promise.all([redis.exists('hw:nothing'), log.head(channel), redis.echo('third')])
  expect(answers).toEqual([0, expect.any(Number), 'third'])
  redis.disconnect()
})

it('replaces a connection whose other end has vanished without a word (E17)', async () => {
  const gate = await openGate(services().redisUrl)
  const redis = connectRedis(gate.url, 'publisher', { logger })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const ask = () => redis.ping().catch((error: Error) => error.message)
  expect(await ask()).toBe('PONG')
  gate.silence()
  await expect.poll(ask, { timeout: 40_000 }).toBe('PONG')
}, 60_000)

it('leaves a master that has become a replica for the one that its address leads to now (E18)', async () => {
  const [before, after] = [await startTestRedis(), await startTestRedis()]
  onTestFinished(async () => void (await Promise.all([before.stop(), after.stop()])))
  const [portBefore, portAfter] = [before, after].map(({ url }) => Number(new URL(url).port))
  const address = await FaultProxy.start({ targets: [portBefore!] })
  onTestFinished(() => address.stop())
  const redis = connectRedis(`redis://127.0.0.1:${address.port}`, 'publisher', { logger })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const log = new EventLog(redis)
  const append = async () => {
    const message = { type: 'CUSTOMER_UPDATED' as const, payload: { customerId: '1' } }
    const { outcome } = await log.append(userChannel(uniqueUserId()), message)
    return outcome
  }
  expect(await append()).toBe('appended')

  address.retarget([portAfter!])
  await redis.replicaof('127.0.0.1', portAfter!)
  await expect(append()).rejects.toThrow('READONLY')
  await expect
    .poll(() => append().catch((error: Error) => error.message), { timeout: 20_000 })
    .toBe('appended')
})

/** A way to Redis on which connections can fall silent for good, while new ones are well. */
async function openGate(redisUrl: string) {
  const { hostname, port } = new URL(redisUrl)
  const pairs: [Socket, Socket][] = []
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) })
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.pipe(upstream).pipe(client)
    pairs.push([client, upstream])
  })
  onTestFinished(() => {
    for (const socket of pairs.flat()) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).resume()
        upstream.unpipe(client).resume()
      }
    },
  }
}
