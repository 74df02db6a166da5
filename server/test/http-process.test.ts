import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openDatabase, OperationRegistry } from '@headway/jobs'
import {
  createTestDatabase,
  services,
  startTestRedis,
  TEST_JWT_SECRET,
  uniqueUserId,
} from '@headway/test-kit'
import { Redis } from 'ioredis'
import { io } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import { EventSource } from './event-source.ts'
import { SUM } from './http-fixture.ts'
import { RawClient } from './raw-client.ts'
import { silent } from './realtime-fixture.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** The server as a launcher starts it, with nothing in its environment but what is given. */
function startProcess(environment: Record<string, string>): ChildProcess {
  const child = fork(MAIN, {
    execArgv: ['--conditions=@headway/source'],
    env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  closers.push(async () => child.kill('SIGKILL'))
  return child
}

async function startServer(
  environment: Record<string, string> = {},
): Promise<{ child: ChildProcess; url: string; databaseUrl: string }> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'headway-process-'))
  closers.push(() => database.drop())
  closers.push(() => rm(dataDir, { recursive: true, force: true }))
  const child = startProcess({
    DATABASE_URL: database.url,
    REDIS_URL: services().redisUrl,
    JWT_SECRET: TEST_JWT_SECRET,
    HEADWAY_DATA_DIR: dataDir,
    HEADWAY_EMBEDDED: '1',
    ...environment,
  })
  const [message] = (await once(child, 'message')) as [{ type: string; url: string }]
  expect(message.type).toBe('ready')
  return { child, url: message.url, databaseUrl: database.url }
}

async function devToken(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/dev-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: uniqueUserId() }),
  })
  return ((await answer.json()) as { token: string }).token
}

describe('a server process', () => {
  it('serves REST and sockets on one port, and stops in order when told to', async () => {
    const { child, url } = await startServer()
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    const token = await devToken(url)
    expect((await fetch(`${url}/api/jobs`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      200,
    )

    const socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false })
    closers.push(async () => socket.close())
    await new Promise((resolve) => socket.once('ready', resolve))
    const closing = new Promise((resolve) => socket.once('closing', resolve))
    child.kill('SIGTERM')
    expect(await closing).toMatchObject({ code: 'draining' })
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('is not ready while it lets its clients go, and ends when they are gone', async () => {
    const { child, url } = await startServer({ HEADWAY_DRAIN_MS: '1500' })
    const clients = await Promise.all(
      Array.from({ length: 200 }, () => RawClient.open(url, { userId: uniqueUserId() })),
    )
    await expect.poll(() => clients.every((client) => client.has('ready')), { timeout: 20_000 }).toBe(true)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await expect.poll(() => clients.some((client) => client.has('closing'))).toBe(true)
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { detail: expect.stringContaining('stopping') },
    ])
    expect(await exited).toEqual([0, null])
    expect(clients.every((client) => client.has('closing'))).toBe(true)
  })

  it('lets go of those who read the events of a job, and tells them when to come back', async () => {
    const { child, url, databaseUrl } = await startServer()
    const db = openDatabase({ url: databaseUrl, logger: silent })
    closers.push(() => db.destroy())
    await new OperationRegistry(db).register([SUM])
    const token = await devToken(url)
    const created = await fetch(`${url}/api/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"type":"sum","numbers":[1]}',
    })
    const { jobId } = (await created.json()) as { jobId: string }
    const reader = await EventSource.open(`${url}/api/jobs/${jobId}/events?token=${token}`)
    await expect.poll(() => reader.names).toContain('snapshot')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    await expect.poll(() => reader.end).toBe('ended')
    expect(reader.events.at(-1)).toMatchObject({ event: 'closing', data: { code: 'draining' } })
  })

  it('stops when the process that started it is gone', async () => {
    const { child } = await startServer()
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('cuts off a client that sends its headers byte by byte, while others are served', async () => {
    const { url } = await startServer()
    const { hostname, port } = new URL(url)
    const slow = connect(Number(port), hostname)
    const idle = connect(Number(port), hostname)
    slow.write('GET / HTTP/1.1\r\nHost: a\r\nX: ')
    const dripping = setInterval(() => slow.write('x'), 1_000)
    closers.push(async () => clearInterval(dripping))
    const answers = Promise.all([text(slow), once(idle.resume(), 'close')])
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await answers)[0]).toMatch(/^HTTP\/1\.1 408 [^]*"status":408/)
  })
})

describe('a server process that must not start', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['without configuration', {}, /DATABASE_URL is not set[^]*REDIS_URL is not set/],
    ['with a short secret', { JWT_SECRET: 'canary' }, /JWT_SECRET is 6 bytes long; at least 32 are needed/],
    [
      'with a default secret',
      { JWT_SECRET: 'changeme-changeme-changeme-changeme' },
      /JWT_SECRET is a well-known default/,
    ],
    [
      'embedded in production',
      { NODE_ENV: 'production', HEADWAY_EMBEDDED: '1' },
      /HEADWAY_EMBEDDED is set while NODE_ENV/,
    ],
    [
      'open to every origin in production',
      { NODE_ENV: 'production', CORS_ORIGINS: '*' },
      /CORS_ORIGINS is "\*"/,
    ],
  ])('%s says what to set', async (name, environment, expected) => {
    const good = {
      DATABASE_URL: 'postgres://u:canary@h/d',
      REDIS_URL: 'redis://h',
      JWT_SECRET: TEST_JWT_SECRET,
    }
    const child = startProcess({ ...(name === 'without configuration' ? {} : good), ...environment })
    const [message, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
    expect(message).toMatch(expected)
    expect(message).not.toMatch(/canary|    at /)
    expect(code).toBe(1)
  })

  it('in production on a Redis that throws keys away says what to set there', async () => {
    const redis = await startTestRedis()
    const admin = new Redis(redis.url)
    closers.push(
      () => redis.stop(),
      async () => admin.disconnect(),
    )
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const child = startProcess({
      DATABASE_URL: 'postgres://u:canary@h/d',
      REDIS_URL: redis.url,
      JWT_SECRET: TEST_JWT_SECRET,
      NODE_ENV: 'production',
    })
    const [message, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
    expect(message).toMatch(/^Redis has maxmemory-policy "allkeys-lru".*Set it to noeviction/)
    expect(code).toBe(1)
  })

  it('because its database cannot be reached names the setting to look at', async () => {
    const child = startProcess({
      DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/d',
      REDIS_URL: services().redisUrl,
      JWT_SECRET: TEST_JWT_SECRET,
    })
    const [log, errors, [code]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'exit'),
    ])
    expect(errors).toMatch(/^Postgres at 127\.0\.0\.1:1\/d .*ECONNREFUSED.*DATABASE_URL/)
    expect(log + errors).not.toMatch(/canary/)
    expect(code).toBe(1)
  })
})
