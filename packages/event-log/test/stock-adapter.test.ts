import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdapter } from '@socket.io/redis-adapter'
import { Server } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { Decoder } from 'socket.io-parser'
import { expect, it, onTestFinished } from 'vitest'
import type { WebSocketMessage } from '@headway/events'
import { createBroadcaster, createBusCodec, PacketEncoder, TransientEmitter } from '@headway/event-log'
import { customerUpdated, openLog, openRedis } from './open-log.ts'

/** A plain Socket.IO server with the stock adapter and our two parts: the codec and the encoder. */
async function openServer(adapterKey: string) {
  const httpServer = createServer()
  const [publisher, subscriber] = [await openRedis(), await openRedis('subscriber')]
  const malformed: number[] = []
  const io = new Server(httpServer, {
    transports: ['websocket'],
    parser: { Encoder: PacketEncoder, Decoder },
    adapter: createAdapter(publisher, subscriber, {
      key: adapterKey,
      parser: createBusCodec(
        () => 'broadcast',
        (bytes) => malformed.push(bytes),
      ),
    }),
  })
  io.on('connection', (socket) => void socket.join(String(socket.handshake.auth['room'])))
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  await subscriber.psubscribe(`${adapterKey}#/#*`)
  onTestFinished(() => io.close())
  return { io, malformed, publisher, url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}` }
}

/** A stock client in a room, with the raw frames that reached it. */
async function openClient(url: string, room: string) {
  const socket: Socket = connect(url, { transports: ['websocket'], auth: { room }, forceNew: true })
  onTestFinished(() => void socket.disconnect())
  const frames: string[] = []
  const messages: WebSocketMessage[] = []
  socket.on('event', (message: WebSocketMessage) => messages.push(message))
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  socket.io.engine.on('packet', ({ data }) => frames.push(String(data)))
  return { socket, frames, messages }
}

function idOf({ payload }: WebSocketMessage): string {
  return (payload as { customerId: string }).customerId
}

it('brings the stored bytes to a stock client unchanged', async () => {
  const adapterKey = `test-${crypto.randomUUID()}`
  const { log, channel } = await openLog({ namespace: { adapterKey } })
  const client = await openClient((await openServer(adapterKey)).url, channel)
  const genesis = await log.head(channel)
  await log.append(channel, customerUpdated('grüße 😀'))
  await expect.poll(() => client.messages).toHaveLength(1)
  const replay = await log.readAfter(channel, genesis)
  if (replay.outcome !== 'replay') throw new Error(replay.outcome)
  expect(client.frames.at(-1)).toBe(`2${replay.entries[0]!.text}`)
  expect(client.messages[0]).toMatchObject({
    type: 'CUSTOMER_UPDATED',
    channel,
    prev: genesis,
    seq: replay.head,
  })
})

it('brings messages of the stock emitter with our parser, and of a broadcast', async () => {
  const adapterKey = `test-${crypto.randomUUID()}`
  const { log, redis, channel, userId } = await openLog({ namespace: { adapterKey } })
  const client = await openClient((await openServer(adapterKey)).url, channel)
  const payload = { customerId: '7', progress: 40, label: 'Reading' }
  await new TransientEmitter(redis, { namespace: { adapterKey } }).emit(channel, {
    type: 'CUSTOMER_UPDATE_PROGRESS',
    payload,
  })
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  await createBroadcaster({ eventLog: log, logger }).broadcast(userId, customerUpdated('7'))
  await expect
    .poll(() => client.messages.map(({ type }) => type))
    .toEqual(['CUSTOMER_UPDATE_PROGRESS', 'CUSTOMER_UPDATED'])
  expect(client.messages[0]).toMatchObject({ payload, channel })
  expect(client.messages[0]).not.toHaveProperty('seq')
})

it("keeps an application's own emits working across instances", async () => {
  const adapterKey = `test-${crypto.randomUUID()}`
  const [one, two] = [await openServer(adapterKey), await openServer(adapterKey)]
  const client = await openClient(two.url, 'lobby')
  const received: unknown[] = []
  client.socket.on('chat', (...values: unknown[]) => received.push(values))
  one.io.to(['lobby', 'hall']).emit('chat', { text: 'hello' }, 7)
  one.io.emit('chat', 'all')
  await expect.poll(() => received).toEqual([[{ text: 'hello' }, 7], ['all']])
})

it('brings what an application emits into a room of ours once, on its own instance and on the others (E9)', async () => {
  const adapterKey = `test-${crypto.randomUUID()}`
  const { channel } = await openLog({ namespace: { adapterKey } })
  const [one, two] = [await openServer(adapterKey), await openServer(adapterKey)]
  const clients = [await openClient(one.url, channel), await openClient(two.url, channel)]
  for (const customerId of ['1', '2']) {
    const payload = { customerId, progress: 40, label: '' }
    one.io.to(channel).emit('event', { type: 'CUSTOMER_UPDATE_PROGRESS', payload })
  }
  // Whatever comes behind the second of them would be the first one's echo.
  const customers = () => clients.map(({ messages }) => messages.map((message) => idOf(message)))
  await expect.poll(() => customers().map((ids) => ids.includes('2'))).toEqual([true, true])
  one.io.to(channel).emit('event', { type: 'CUSTOMER_UPDATE_PROGRESS', payload: { customerId: 'last' } })
  await expect.poll(() => customers().map((ids) => ids.includes('last'))).toEqual([true, true])
  expect(customers()).toEqual([
    ['1', '2', 'last'],
    ['1', '2', 'last'],
  ])
})

it('is not harmed by malformed bytes on the channel', async () => {
  const adapterKey = `test-${crypto.randomUUID()}`
  const { log, channel } = await openLog({ namespace: { adapterKey } })
  const server = await openServer(adapterKey)
  const client = await openClient(server.url, channel)
  const bus = `${adapterKey}#/#${channel}#`
  for (const bytes of [
    'garbage',
    '{',
    `${channel} 1 2\n["event"]`,
    Buffer.from([0x93, 0xc1, 0xff]),
    Buffer.from([0x93, 1, 2, 3]),
  ]) {
    await server.publisher.publish(bus, bytes)
  }
  await log.append(channel, customerUpdated('good'))
  await expect.poll(() => client.messages).toHaveLength(1)
  expect(server.malformed).toHaveLength(5)
})
