import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { FaultProxy, waitFor } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'

/** Answers what it gets, with its name before it. */
async function startEcho(name = ''): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => socket.write(name + chunk.toString()))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, sockets }
}

async function startProxy(...targets: number[]): Promise<FaultProxy> {
  const proxy = await FaultProxy.start({ targets })
  onTestFinished(() => proxy.stop())
  return proxy
}

async function dial(port: number) {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const client = { socket, text: '', error: undefined as NodeJS.ErrnoException | undefined }
  socket.on('data', (chunk) => (client.text += chunk.toString()))
  socket.on('error', (error) => (client.error = error))
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {})
  return client
}

it('passes everything on', async () => {
  const proxy = await startProxy((await startEcho()).port)
  const client = await dial(proxy.port)
  const sent = 'x'.repeat(1_000_000)
  client.socket.write(sent)
  await waitFor(() => client.text.length === sent.length)
  expect(proxy.upstreams).toBe(1)
})

it('delays by the latency, and keeps the order', async () => {
  const proxy = await startProxy((await startEcho()).port)
  proxy.set({ mode: 'latency', ms: 60, jitterMs: 40 })
  const client = await dial(proxy.port)
  const startedAt = performance.now()
  for (const letter of 'abc') client.socket.write(letter)
  await waitFor(() => client.text === 'abc')
  expect(performance.now() - startedAt).toBeGreaterThan(115)
})

it('holds a stream to its bandwidth', async () => {
  const proxy = await startProxy((await startEcho()).port)
  const client = await dial(proxy.port)
  proxy.set({ mode: 'bandwidth', bytesPerSecond: 100_000 })
  const startedAt = performance.now()
  client.socket.write('x'.repeat(20_000))
  await waitFor(() => client.text.length === 20_000)
  expect(performance.now() - startedAt).toBeGreaterThan(350)
})

it('swallows in a black hole while both ends stay open, and resets what lost bytes afterwards', async () => {
  const { port, sockets } = await startEcho()
  const proxy = await startProxy(port)
  const client = await dial(proxy.port)
  await waitFor(() => sockets.size === 1)
  proxy.set({ mode: 'blackhole' })
  client.socket.write('lost')
  await waitFor(() => proxy.swallowedBytes === 4)
  expect([client.socket.closed, sockets.size, client.text]).toEqual([false, 1, ''])
  // The server gives up; the client hears nothing of it.
  for (const socket of sockets) socket.destroy()
  await waitFor(() => proxy.upstreams === 0)
  expect(client.socket.closed).toBe(false)
  proxy.set({ mode: 'pass' })
  await waitFor(() => client.socket.closed)
})

it('resets, and refuses', async () => {
  const proxy = await startProxy((await startEcho()).port)
  const client = await dial(proxy.port)
  await waitFor(() => proxy.upstreams === 1)
  expect(proxy.reset()).toBe(1)
  await waitFor(() => client.error?.code === 'ECONNRESET')
  proxy.set({ mode: 'refuse' })
  const refused = await dial(proxy.port)
  await waitFor(() => refused.socket.closed)
  expect(refused.error?.code).toBe('ECONNRESET')
})

it('cuts within an answer', async () => {
  const proxy = await startProxy((await startEcho()).port)
  const client = await dial(proxy.port)
  client.socket.write('before')
  await waitFor(() => client.text === 'before')
  proxy.set({ mode: 'cutAfter', bytes: 0 })
  client.socket.write('never answered')
  await waitFor(() => client.socket.closed)
  expect([client.text, proxy.swallowedBytes]).toEqual(['before', 14])
})

it('balances, passes over a target that is down, and is retargeted', async () => {
  const [one, two, three] = await Promise.all([startEcho('1'), startEcho('2'), startEcho('3')])
  const proxy = await startProxy(one.port, two.port, 1)
  const answers = []
  for (let n = 0; n < 4; n += 1) {
    const client = await dial(proxy.port)
    client.socket.write(' ')
    answers.push((await waitFor(() => client.text)).trim())
  }
  expect(answers).toEqual(['1', '2', '1', '2'])
  proxy.retarget([three.port])
  const client = await dial(proxy.port)
  client.socket.write(' ')
  expect(await waitFor(() => client.text)).toBe('3 ')
})
