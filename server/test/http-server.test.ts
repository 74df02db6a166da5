import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestRedis, TEST_JWT_SECRET, uniqueUserId, waitFor } from '@headway/test-kit'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTokenVerifier } from '../src/auth/token-verifier.ts'
import { startHttp, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function start(...options: Parameters<typeof startHttp>): Promise<HttpFixture> {
  const http = await startHttp(...options)
  closers.push(() => http.close())
  return http
}

const job = { type: 'sum', numbers: [1] }

describe('limits of a user', () => {
  it('end a burst of job creation with the time to wait, for this user alone', async () => {
    const http = await start({ jobLimits: { jobsPerMinute: 3, maxUnfinishedJobs: 100 } })
    const userId = uniqueUserId()
    for (let n = 0; n < 3; n++) {
      expect((await http.call('POST /api/jobs', { userId, body: job })).status).toBe(201)
    }
    const answer = await http.call('POST /api/jobs', { userId, body: job })
    expect(problemOf(answer)).toBe('429 rate_limited')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect((await http.call('GET /api/jobs', { userId })).status).toBe(200)
    expect((await http.call('POST /api/jobs', { userId: uniqueUserId(), body: job })).status).toBe(201)
  })

  it('end with too many unfinished jobs, but not for a repeat', async () => {
    const http = await start({ jobLimits: { jobsPerMinute: 100, maxUnfinishedJobs: 2 } })
    const userId = uniqueUserId()
    const headers = { 'idempotency-key': 'first' }
    const first = await http.call('POST /api/jobs', { userId, body: job, headers })
    await http.createJob(userId)
    expect(problemOf(await http.call('POST /api/jobs', { userId, body: job }))).toBe('429 limit_exceeded')
    expect((await http.call('POST /api/jobs', { userId, body: job, headers })).json).toEqual(first.json)
    await http.call(`PATCH /api/jobs/${first.json.jobId}/cancel`, { userId })
    expect((await http.call('POST /api/jobs', { userId, body: job })).status).toBe(201)
  })
})

describe('without Redis', () => {
  it('jobs are still created, limited and cancelled, and what happened is published later', async () => {
    const redis = await startTestRedis()
    const http = await start({ redisUrl: redis.url, jobLimits: { jobsPerMinute: 3, maxUnfinishedJobs: 100 } })
    expect((await http.call('GET /ready')).status).toBe(200)
    await redis.stop()
    await waitFor(async () => (await http.call('GET /ready')).status === 503)
    const ready = await http.call('GET /ready')
    expect(problemOf(ready)).toBe('503 unavailable')
    expect(ready.json.detail).toBe("Not ready: Redis can't be reached.")

    const userId = uniqueUserId()
    const created = await http.call('POST /api/jobs', { userId, body: job })
    expect(created.status).toBe(201)
    const { jobId } = created.json
    expect((await http.call(`GET /api/jobs/${jobId}`, { userId })).json.state).toBe('queued')
    expect((await http.call(`PATCH /api/jobs/${jobId}/cancel`, { userId })).json.state).toBe('cancelled')
    for (let n = 0; n < 2; n++) await http.call('POST /api/jobs', { userId, body: job })
    expect(problemOf(await http.call('POST /api/jobs', { userId, body: job }))).toBe('429 rate_limited')

    const back = await startTestRedis({ port: Number(new URL(redis.url).port) })
    closers.unshift(() => back.stop())
    http.engine.relay.start()
    await waitFor(async () => {
      const pending = await http.engine.db
        .selectFrom('outbox')
        .where('published_at', 'is', null)
        .selectAll()
        .execute()
      return pending.length === 0
    })
  })

  it('a Redis that hangs delays a creation, and fails none', async () => {
    const redis = await startTestRedis()
    closers.push(() => redis.stop())
    const http = await start({ redisUrl: redis.url })
    await waitFor(async () => (await http.call('GET /ready')).status === 200)
    const admin = new Redis(redis.url)
    closers.push(async () => admin.disconnect())
    await admin.call('CLIENT', 'PAUSE', '6000', 'ALL')
    const startedAt = performance.now()
    expect((await http.call('POST /api/jobs', { userId: uniqueUserId(), body: job })).status).toBe(201)
    expect(performance.now() - startedAt).toBeLessThan(4_000)
  })
})

it('/ready names Postgres when it is away, and /health does not need it', async () => {
  const http = await start()
  await http.engine.db.destroy()
  expect((await http.call('GET /ready')).json.detail).toBe("Not ready: Postgres can't be reached.")
  expect((await http.call('GET /health')).status).toBe(200)
})

it('/ready sends clients elsewhere while the server stops', async () => {
  const http = await start({ isDraining: () => true })
  const answer = await http.call('GET /ready')
  expect(problemOf(answer)).toBe('503 unavailable')
  expect(answer.json.detail).toBe('Not ready: the server is stopping.')
})

describe('dev tokens', () => {
  it('do not exist outside of the embedded mode', async () => {
    const http = await start()
    expect(problemOf(await http.call('POST /api/auth/dev-token', { body: { userId: 'anna' } }))).toBe(
      '404 not_found',
    )
  })

  it('speak for whom one names, for as long as one asks', async () => {
    const issuer = 'https://id.example'
    const http = await start({
      devToken: { jwtSecret: TEST_JWT_SECRET, issuer },
      verifier: createTokenVerifier({ jwtSecret: TEST_JWT_SECRET, issuer }),
    })
    const { json, status, headers } = await http.call('POST /api/auth/dev-token', {
      body: { userId: 'anna', expiresInSeconds: 90 },
    })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(Date.parse(json.expiresAt) - Date.now()).toBeGreaterThan(80_000)
    expect(Date.parse(json.expiresAt) - Date.now()).toBeLessThanOrEqual(90_000)
    expect((await http.call('GET /api/jobs', { token: json.token })).status).toBe(200)
    expect(http.log()).not.toContain(json.token)
    for (const body of [
      {},
      { userId: 'a b' },
      { userId: 'anna', expiresInSeconds: 0 },
      { userId: 'anna', admin: true },
    ]) {
      expect(problemOf(await http.call('POST /api/auth/dev-token', { body }))).toBe('400 bad_request')
    }
    const { json: problem } = await http.call('POST /api/auth/dev-token', { body: { user: 'anna' } })
    expect(problem.errors).toEqual([
      { pointer: '#/userId', detail: 'is required' },
      { pointer: '#/user', detail: 'is not known' },
    ])
  })
})

describe('pages of other origins', () => {
  let http: HttpFixture
  beforeAll(async () => {
    http = await startHttp()
  })
  afterAll(() => http.close())

  const preflight = (origin: string) =>
    http.call('OPTIONS /api/jobs', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })

  it('may call when they are listed', async () => {
    const { status, headers } = await preflight('https://good.example')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('https://good.example')
    expect(headers.get('access-control-allow-methods')).toMatch(/PATCH/)
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*Idempotency-Key/)
    expect(headers.get('vary')).toMatch(/Origin/)
    const answer = await http.call('GET /api/limits', { headers: { origin: 'https://good.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://good.example')
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/X-Request-Id/)
  })

  it.each([
    'https://evil.example',
    'null',
    'https://good.example.evil.com',
    'http://good.example',
    'https://good.example:8443',
  ])('get no permission as %s', async (origin) => {
    for (const answer of [
      await preflight(origin),
      await http.call('GET /api/limits', { headers: { origin } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('access-control-allow-methods')).toBeNull()
    }
  })
})

describe('the console', () => {
  it('is served on every address that is a page, and nowhere else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headway-.web-'))
    closers.push(() => rm(folder, { recursive: true }))
    const webDir = join(folder, 'dist')
    await mkdir(join(webDir, 'assets'), { recursive: true })
    await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Console</title>')
    await writeFile(join(webDir, 'assets', 'index-1a2b3c.js'), 'void 0')
    const http = await start({ webDir })
    const html = { accept: 'text/html,*/*;q=0.8' }

    for (const path of ['/', '/jobs/1', '/jobs?state=queued']) {
      const page = await http.call(`GET ${path}`, { headers: html })
      expect([page.status, page.text]).toEqual([200, '<!doctype html><title>Console</title>'])
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(page.headers.get('content-security-policy')).toMatch(
        /default-src 'self';.*script-src 'self';.*frame-ancestors 'none'/,
      )
    }
    const asset = await http.call('GET /assets/index-1a2b3c.js')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/assets/gone-1a2b3c.js', '/api/nothing', '/socket.io/nothing', '/.env']) {
      expect(problemOf(await http.call(`GET ${path}`, { headers: html }))).toBe('404 not_found')
    }
    expect((await http.call('GET /..%2f..%2f..%2fetc%2fpasswd', { headers: html })).text).not.toMatch(/root:/)
    expect(problemOf(await http.call('POST /jobs', { headers: html }))).toBe('404 not_found')
  })
})

it('publishes its limits to everyone', async () => {
  const http = await start()
  const { json, status } = await http.call('GET /api/limits')
  expect(status).toBe(200)
  expect(json).toMatchObject({
    requests: { bodyMaxBytes: 262_144, listMaxLimit: 100, idempotencyKeyTtlHours: 24 },
    jobs: { perMinutePerUser: 120, unfinishedPerUser: 500 },
    retention: { maxAgeDays: 30, endedJobsPerUser: 1_000 },
    artifacts: { maxBytes: 52_428_800, maxBytesPerJob: 524_288_000 },
    messages: { maxBytes: 65_536, bufferMaxMessages: 200, bufferMaxAgeMs: 300_000, bufferMaxBytes: 262_144 },
    text: { maxBytes: 8_388_608, ackMaxBytes: 262_144, chunkMaxBytes: 8_192 },
  })
})

it('names every request, by the name that a proxy gave it if that is sane', async () => {
  const http = await start()
  const idOf = async (given?: string) =>
    (
      await http.call('GET /health', given === undefined ? {} : { headers: { 'x-request-id': given } })
    ).headers.get('x-request-id')
  expect(await idOf('edge-1234-abcd')).toBe('edge-1234-abcd')
  for (const given of [undefined, 'short', 'x'.repeat(65), 'two words here', '<script>alert</script>']) {
    expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/)
  }
})
