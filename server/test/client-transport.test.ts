import { createServer, type AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { expect, it, onTestFinished, vi } from 'vitest'
import { socketIoTransport } from '../../packages/client/src/socket-io-transport.ts'
import type { Transport, TransportHandlers } from '../../packages/client/src/transport.ts'

/** A stock Socket.IO server, and what it is told. */
async function openServer(): Promise<{ io: Server; url: string; sockets: Socket[] }> {
  const io = new Server(0, { path: '/elsewhere', transports: ['websocket'] })
  onTestFinished(() => io.close())
  const sockets: Socket[] = []
  io.on('connection', (socket) => sockets.push(socket))
  await vi.waitFor(() => expect(io.httpServer.address()).not.toBeNull())
  const { port } = io.httpServer.address() as AddressInfo
  return { io, url: `http://127.0.0.1:${port}`, sockets }
}

/** Opens a transport and writes down what it tells. */
function open(url: string): { transport: Transport; told: unknown[] } {
  const told: unknown[] = []
  const tell =
    (name: string) =>
    (...values: unknown[]): void =>
      void told.push([name, ...values])
  const handlers: TransportHandlers = {
    auth: () => ({ token: 'a token', cursors: { all: 7 } }),
    onOpen: tell('open'),
    onData: () => {},
    onMessage: tell('message'),
    onReady: tell('ready'),
    onResync: tell('resync'),
    onExpiring: tell('expiring'),
    onClosing: tell('closing'),
    onClose: tell('close'),
    onRefused: tell('refused'),
  }
  const transport = socketIoTransport({ url, path: '/elsewhere' }, handlers)
  onTestFinished(() => transport.close())
  return { transport, told }
}

it('is accepted with what `auth` says then, and tells each event by its name', async () => {
  const { io, url, sockets } = await openServer()
  const { told } = open(url)
  await expect.poll(() => told).toEqual([['open']])
  expect(sockets[0]?.handshake.auth).toEqual({ token: 'a token', cursors: { all: 7 } })
  const names = ['event', 'ready', 'resync', 'auth:expiring', 'closing', 'unknown']
  for (const name of names) io.emit(name, { text: 'Grüße 👋 [1]', name })
  await expect.poll(() => told.length).toBe(6)
  expect(told.slice(1)).toEqual([
    ['message', { text: 'Grüße 👋 [1]', name: 'event' }],
    ['ready', { text: 'Grüße 👋 [1]', name: 'ready' }],
    ['resync', { text: 'Grüße 👋 [1]', name: 'resync' }],
    ['expiring'],
    ['closing', { text: 'Grüße 👋 [1]', name: 'closing' }],
  ])
})

it('gives each call its own answer, and those that get none an `unavailable`', async () => {
  const { io, url } = await openServer()
  io.on('connection', (socket) => {
    socket.on('cancel:job', (jobId: string, ack: (answer: unknown) => void) => {
      if (jobId === 'slow') setTimeout(ack, 50, { ok: true, jobId })
      else if (jobId !== 'silent') ack({ ok: true, jobId })
    })
  })
  const { transport, told } = open(url)
  await expect.poll(() => told).toEqual([['open']])
  const cancel = (jobId: string, timeoutMs: number) => transport.request('cancel:job', [jobId], timeoutMs)
  const answers = await Promise.all([cancel('slow', 20_000), cancel('quick', 20_000), cancel('silent', 300)])
  const unavailable = { ok: false, error: { code: 'unavailable' } }
  expect(answers).toMatchObject([{ jobId: 'slow' }, { jobId: 'quick' }, unavailable])
  const cutOff = cancel('silent', 100_000)
  transport.close()
  expect(await cutOff).toMatchObject(unavailable)
})

it('is refused with the code, the message and the rest of what the server says', async () => {
  const { io, url } = await openServer()
  const data = { code: 'rate_limited', message: 'Too often.', retryAfterMs: 9 }
  io.use((_socket, next) => next(Object.assign(new Error('no'), { data })))
  const { told } = open(url)
  await expect.poll(() => told).toEqual([['refused', data]])
})

it('is refused without a code where there is no server', async () => {
  const { io, url } = await openServer()
  await io.close()
  const { told } = open(url)
  await expect.poll(() => told.length).toBe(1)
  expect(told[0]).toEqual(['refused', { message: 'transport error' }])
})

it.each([
  ['the server disconnects it', 'io server disconnect', (socket: Socket) => socket.disconnect()],
  ['the connection ends', 'transport close', (socket: Socket) => socket.conn.close()],
  ['it can’t be read', 'parse error', (socket: Socket) => void socket.conn.send('2{"never')],
])('is closed once, and told why, when %s', async (_when, reason, end) => {
  const { url, sockets } = await openServer()
  const { told } = open(url)
  await expect.poll(() => sockets).toHaveLength(1)
  await expect.poll(() => told).toEqual([['open']])
  end(sockets[0] as Socket)
  await expect.poll(() => told).toEqual([['open'], ['close', reason]])
  await expect.poll(() => sockets[0]?.connected).toBe(false)
  expect(told).toHaveLength(2)
})

it('leaves the server at once when it is closed, and tells nothing more', async () => {
  const { io, url, sockets } = await openServer()
  const { transport, told } = open(url)
  await expect.poll(() => sockets).toHaveLength(1)
  const left = new Promise((resolve) => sockets[0]?.once('disconnect', resolve))
  transport.close()
  expect(await left).toBe('client namespace disconnect')
  await expect.poll(() => io.engine.clientsCount).toBe(0)
  expect(told).toEqual([['open']])
})

it('holds no connection to a server that says nothing once it is closed', async () => {
  const silent = createServer()
  const held = new Set<unknown>()
  silent.on('connection', (socket) => {
    held.add(socket)
    socket.on('error', () => {}).on('close', () => held.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const { transport, told } = open(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  await expect.poll(() => held.size).toBe(1)
  transport.close()
  await expect.poll(() => held.size).toBe(0)
  expect(told).toEqual([])
})
