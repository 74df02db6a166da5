import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@headway/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { FinalError } from '../src/errors.ts'
import { showMetrics, type MetricsPlace, type ShownMetrics } from '../src/metrics/show-metrics.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

let metrics: ShownMetrics
afterEach(() => metrics?.close())

async function show(place: Partial<MetricsPlace> = {}): Promise<ShownMetrics> {
  metrics = (await showMetrics({ port: 0, host: '127.0.0.1', ...place }, testLogger))!
  return metrics
}

const request = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${metrics.port}${path}`, init)

/** The value of a sample, named as Prometheus writes it. */
async function valueOf(sample: string): Promise<number | undefined> {
  const text = await (await request('/metrics')).text()
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length + 1))
}

describe('the port of a worker', () => {
  it('shows metrics in the format of Prometheus, with every reason from the start', async () => {
    await show()
    const answer = await request('/metrics')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await answer.text()
    for (const sample of [
      'headway_browsers_gone_total{reason="crashed"} 0',
      'headway_browser_leases_total{end="lost"} 0',
      'headway_browser_wait_seconds_count{end="busy"} 0',
      'headway_worker_steps_total{status="failed"} 0',
      'headway_worker_lease_renewals_failed_total 0',
      'headway_publish_refused_total{kind="message",reason="away"} 0',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(text).toContain(sample)
    }
  })

  it('says that the process lives, and nothing else', async () => {
    await show({ token: 'a-token-of-this-test' })
    expect(await (await request('/health')).json()).toEqual({ status: 'ok' })
    expect((await request('/')).status).toBe(404)
    expect((await request('/metrics', { method: 'POST' })).status).toBe(405)
  })

  it('wants the token, where there is one', async () => {
    await show({ token: 'a-token-of-this-test' })
    expect((await request('/metrics')).status).toBe(401)
    const wrong = { authorization: 'Bearer a-token-of-this-tesT' }
    expect((await request('/metrics', { headers: wrong })).status).toBe(401)
    const right = { authorization: 'Bearer a-token-of-this-test' }
    expect((await request('/metrics', { headers: right })).status).toBe(200)
  })

  it('is nowhere unless it is set, and named where it is taken', async () => {
    expect(await showMetrics(undefined, testLogger)).toBeUndefined()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    await expect(show({ port })).rejects.toThrow(`port ${port}. Set WORKER_METRICS_PORT to a free one.`)
    taken.close()
    await show()
  })
})

it('a worker of the command line shows them where the environment says', async () => {
  // Of its own, as the process takes the queue that all deployments call the same.
  const deployment = await Deployment.open({ ownRedis: true })
  const { databaseUrl, redisUrl, artifactsDir } = deployment
  const { PATH, HOME } = process.env
  const services = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, HEADWAY_DATA_DIR: artifactsDir }
  const env = { PATH, HOME, ...services, LOG_LEVEL: 'silent', WORKER_METRICS_PORT: '0', HOST: '127.0.0.1' }
  const child = fork(fileURLToPath(new URL('../src/main.ts', import.meta.url)), {
    env,
    execArgv: ['--conditions=@headway/source'],
  })
  try {
    const [{ metricsPort }] = (await once(child, 'message')) as [{ metricsPort: number }]
    const health = await fetch(`http://127.0.0.1:${metricsPort}/health`)
    expect(await health.json()).toEqual({ status: 'ok' })
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    expect(text).toContain('headway_browsers 0')
    expect(text).toContain('process_resident_memory_bytes')
  } finally {
    child.kill('SIGKILL')
    await deployment.close()
  }
})

describe('what a worker counts', () => {
  let deployment: Deployment
  beforeEach(async () => {
    deployment = await Deployment.open()
  })
  afterEach(() => deployment.close())

  it('is what became of its jobs, their steps and their wait in the queue', async () => {
    const { jobs: jobObserver, eventLog: observer } = await show()
    const go = Promise.withResolvers<void>()
    const operation = defineOperation({
      type: 'count-me',
      description: 'Ends as it is told to.',
      input: z.object({ end: z.enum(['complete', 'fail', 'retry', 'wait']) }),
      timeoutMs: 20_000,
      async run(ctx) {
        const { end } = ctx.input
        if (end === 'wait') await go.promise
        await ctx.step('only', () => {
          if (end === 'fail') throw new FinalError('No.')
          if (end === 'retry' && ctx.attempt === 1) throw new Error('Not yet.')
        })
      },
    })
    await deployment.startWorker({ operations: [operation], jobObserver, eventLog: { observer } })
    const waiting = await deployment.createJob('count-me', { end: 'wait' })
    await waitFor(async () => (await valueOf('headway_worker_jobs_running{type="count-me"}')) === 1)
    for (const [end, state] of [
      ['complete', 'completed'],
      ['fail', 'failed'],
      ['retry', 'completed'],
    ] as const) {
      await deployment.reaches(await deployment.createJob('count-me', { end }), state)
    }
    go.resolve()
    await deployment.reaches(waiting, 'completed')

    const attempts = (end: string) => valueOf(`headway_worker_attempts_total{type="count-me",end="${end}"}`)
    await waitFor(async () => (await attempts('completed')) === 3)
    expect(await attempts('failed')).toBe(1)
    expect(await attempts('retry')).toBe(1)
    expect(await valueOf('headway_worker_jobs_running{type="count-me"}')).toBe(0)
    expect(await valueOf('headway_worker_attempt_duration_seconds_count{type="count-me"}')).toBe(5)
    expect(await valueOf('headway_worker_steps_total{status="completed"}')).toBe(3)
    expect(await valueOf('headway_worker_steps_total{status="failed"}')).toBe(2)
    expect(await valueOf('headway_worker_queue_wait_seconds_count')).toBe(5)
    // What its attempts tell; another relay may be faster with some of it.
    expect(await valueOf('headway_append_duration_seconds_count{outcome="appended"}')).toBeGreaterThan(0)
  })

  it('is what became of its browsers', async () => {
    const { browsers: observer, jobs: jobObserver } = await show()
    const hanging = defineOperation({
      type: 'hang-in-browser',
      description: 'Opens a page, and hangs there the first time.',
      input: z.object({}),
      timeoutMs: 20_000,
      browser: true,
      async run(ctx) {
        const page = await ctx.browser().newPage()
        await page.evaluate(ctx.attempt === 1 ? 'new Promise(() => {})' : '1')
      },
    })
    const browsers = { pool: { maxBrowsers: 1, observer } }
    const worker = await deployment.startWorker({ operations: [hanging], browsers, jobObserver })
    const jobId = await deployment.createJob('hang-in-browser', {})
    await waitFor(async () => (await valueOf('headway_browser_contexts_leased')) === 1)
    expect(await valueOf('headway_browsers')).toBe(1)
    expect(await valueOf('headway_browser_waiters')).toBe(0)
    process.kill(worker.browserPids[0]!, 'SIGKILL')
    await deployment.reaches(jobId, 'completed')
    await worker.close()

    expect(await valueOf('headway_browsers')).toBe(0)
    expect(await valueOf('headway_browser_contexts_leased')).toBe(0)
    expect(await valueOf('headway_browsers_gone_total{reason="crashed"}')).toBe(1)
    expect(await valueOf('headway_browsers_gone_total{reason="closed"}')).toBe(1)
    expect(await valueOf('headway_browser_leases_total{end="lost"}')).toBe(1)
    expect(await valueOf('headway_browser_leases_total{end="released"}')).toBe(1)
    expect(await valueOf('headway_browser_wait_seconds_count{end="leased"}')).toBe(2)
    expect(await valueOf('headway_worker_attempts_total{type="hang-in-browser",end="retry"}')).toBe(1)
  })
})
