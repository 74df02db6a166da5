import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectRedis } from '@headway/event-log'
import { FaultProxy, waitFor } from '@headway/test-kit'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { QueueConsumer } from '../src/processor/queue-consumer.ts'
import { QueueWatchdog, type StuckWorker } from '../src/watchdog/queue-watchdog.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

const LIMIT_MS = 1_200
/** Long enough for a watchdog to have bitten. */
const LONGER_MS = LIMIT_MS * 2.5

let deployment: Deployment
afterEach(() => deployment.close())

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function connect(url = deployment.redisUrl): Redis {
  const redis = connectRedis(url, 'queue', { logger: testLogger })
  onTestFinished(() => redis.disconnect())
  return redis
}

async function startWatchedWorker(options: Parameters<Deployment['startWorker']>[0] = {}) {
  const stuck: StuckWorker[] = []
  const onStuck = (report: StuckWorker) => void stuck.push(report)
  const worker = await deployment.startWorker({ watchdogMs: LIMIT_MS, onStuck, ...options })
  return { worker, stuck }
}

describe('the watchdog of a worker', () => {
  it('bites when the connection on which turns are taken is frozen, and Redis is well', async () => {
    deployment = await Deployment.open()
    const proxy = await FaultProxy.start({ targets: [Number(new URL(deployment.redisUrl).port)] })
    onTestFinished(() => proxy.stop())
    const through = new URL(deployment.redisUrl)
    through.host = `127.0.0.1:${proxy.port}`
    const { queue } = deployment.engine
    const processor = { process: async () => 'done' as const }
    const consumer = new QueueConsumer({
      queueName: queue.name,
      redis: connect(through.href),
      concurrency: 1,
      leaseMs: 15_000,
      processor,
      logger: testLogger,
    })
    await consumer.ready()
    const before = await deployment.createJob('rehearse', { steps: 1 })
    await waitFor(async () => !(await queue.has({ jobId: before, dispatch: 1 })))
    proxy.set({ mode: 'blackhole' })
    onTestFinished(() => proxy.reset() as unknown as void)

    const stuck: StuckWorker[] = []
    const onStuck = (report: StuckWorker) => void stuck.push(report)
    const parts = { queue, consumer, logger: testLogger, workerId: 'w', limitMs: LIMIT_MS, onStuck }
    const watchdog = new QueueWatchdog(parts)
    watchdog.start()
    onTestFinished(() => watchdog.stop())
    await pause(LONGER_MS)
    expect(stuck).toEqual([])
    await deployment.createJob('rehearse', { steps: 1 })
    await waitFor(() => stuck.length > 0, { timeoutMs: 15_000 })
    expect(stuck).toEqual([{ waiting: 1, idleMs: expect.any(Number) }])
    expect(stuck[0]!.idleMs).toBeGreaterThanOrEqual(LIMIT_MS)
  })

  it('lies still while turns wait for their time, for another kind of worker, for the end of a pause, or for a free slot', async () => {
    deployment = await Deployment.open()
    const gate = Promise.withResolvers<void>()
    onTestFinished(() => gate.resolve())
    const none = z.object({})
    const long = defineOperation({
      type: 'long',
      description: 'Runs until the test lets it end.',
      input: none,
      timeoutMs: 60_000,
      run: () => gate.promise,
    })
    const { stuck } = await startWatchedWorker({ operations: [long], concurrency: 2 })
    const { queue } = deployment.engine
    const bull = new Queue(queue.name, { connection: connect() })
    onTestFinished(() => bull.close())

    const notBefore = new Date(Date.now() + 60_000)
    await queue.add({ jobId: await deployment.createJob('long', {}), dispatch: 2, notBefore })
    await deployment.createJob('of-another-worker', {})
    await pause(LONGER_MS)
    expect(stuck).toEqual([])

    await bull.pause()
    await deployment.createJob('long', {})
    expect(await bull.getJobCountByTypes('waiting')).toBeGreaterThan(0)
    await pause(LONGER_MS)
    expect(stuck).toEqual([])
    await bull.resume()

    const more = [await deployment.createJob('long', {}), await deployment.createJob('long', {})]
    await waitFor(async () => (await queue.takeable()) >= more.length)
    await pause(LONGER_MS)
    expect(stuck).toEqual([])
  }, 60_000)

  it('lies still while Redis is away', async () => {
    deployment = await Deployment.open({ ownRedis: true })
    const { stuck } = await startWatchedWorker()
    await deployment.createJob('rehearse', { steps: 1, stepMs: 0 })
    const admin = connect()
    await admin.call('CLIENT', 'PAUSE', String(LONGER_MS), 'ALL')
    await deployment.createJob('rehearse', { steps: 1, stepMs: 0 })
    await pause(LONGER_MS)
    expect(stuck).toEqual([])
    await waitFor(async () => (await deployment.engine.queue.takeable()) === 0, { timeoutMs: 15_000 })
    expect(stuck).toEqual([])
  })
})

describe('the process of a worker that takes nothing', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

  function startProcess(): { child: ChildProcess; said: () => string } {
    const { PATH, HOME } = process.env
    const env = {
      PATH,
      HOME,
      DATABASE_URL: deployment.databaseUrl,
      REDIS_URL: deployment.redisUrl,
      HEADWAY_DATA_DIR: deployment.artifactsDir,
      WORKER_WATCHDOG_MS: '1500',
    }
    const child = fork(main, { env, execArgv: ['--conditions=@headway/source'], silent: true })
    let said = ''
    child.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    onTestFinished(() => void child.kill('SIGKILL'))
    return { child, said: () => said }
  }

  it('ends with an exit code that has it started again, and says why; the next one takes the job', async () => {
    deployment = await Deployment.open({ ownRedis: true, queueName: 'headway' })
    const first = startProcess()
    await once(first.child, 'message')
    const exited = once(first.child, 'exit')
    // BullMQ waits for work by this command: refused, it takes nothing, and nothing else fails.
    const admin = connect()
    await admin.call('ACL', 'SETUSER', 'default', '-bzpopmin')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const jobId = await deployment.createJob('rehearse', { steps: 1, stepMs: 0 })
    expect((await exited)[0]).toBe(1)
    expect(first.said()).toMatch(/"waiting":1.*the worker has taken no job for \d+ ms, although 1 wait/)

    await admin.call('ACL', 'SETUSER', 'default', '+bzpopmin')
    startProcess()
    await deployment.reaches(jobId, 'completed')
  }, 60_000)
})
