import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import { openJobs, type JobEngine } from '@headway/jobs'
import { createTestDatabase, startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MessageTap } from './support/message-tap.ts'
import { testLogger } from './support/test-logger.ts'
import { WebSite } from './support/web-site.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const userId = uniqueUserId()

let env: NodeJS.ProcessEnv
let engine: JobEngine
let tap: MessageTap
const children: ChildProcess[] = []
const cleanUp: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  const database = await createTestDatabase()
  // Of its own, as the process takes the queue that all deployments call the same.
  const redis = await startTestRedis()
  const dataDir = `${dirname(main)}/../node_modules/.cache/test-${uniqueUserId()}`
  const { PATH, HOME } = process.env
  env = { PATH, HOME, LOG_LEVEL: 'silent', ALLOW_PRIVATE_URLS: '1', HEADWAY_DATA_DIR: dataDir }
  env['DATABASE_URL'] = database.url
  env['REDIS_URL'] = redis.url
  const publisher = connectRedis(redis.url, 'publisher', { logger: testLogger })
  await redisReady(publisher)
  engine = await openJobs({
    databaseUrl: database.url,
    redis: publisher,
    eventLog: new EventLog(publisher),
    artifactsDir: `${dataDir}/artifacts`,
    logger: testLogger,
  })
  engine.relay.start()
  tap = await MessageTap.open(redis.url)
  cleanUp.push(
    () => engine.close(),
    () => publisher.disconnect(),
    () => tap.close(),
    () => database.drop(),
    () => redis.stop(),
  )
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const step of cleanUp.splice(0)) await step()
})

async function startProcess(): Promise<ChildProcess> {
  const child = fork(main, { env, execArgv: ['--conditions=@headway/source'] })
  children.push(child)
  const [message] = await once(child, 'message')
  expect(message).toEqual({ type: 'ready' })
  return child
}

async function createJob(operationType: string, input: Record<string, unknown>): Promise<string> {
  const creation = await engine.jobs.create({ userId, operationType, input })
  if (creation.outcome !== 'created') throw new Error(`Not created: ${creation.outcome}`)
  return creation.response.jobId
}

describe('the process of a worker', () => {
  it.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['the end of its parent', (child: ChildProcess) => child.disconnect()],
  ])(
    'is ready, runs jobs, and stops in order on %s',
    async (_what, stop) => {
      const child = await startProcess()
      const jobId = await createJob('rehearse', { steps: 10, stepMs: 1000 })
      await tap.sees(jobId, 'JOB_STEP')
      const exited = once(child, 'exit')
      stop(child)
      expect((await exited)[0]).toBe(0)
      expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'queued' })
    },
    30_000,
  )

  it('takes its browser along when it is killed, and another one completes its job', async () => {
    const site = await WebSite.open()
    cleanUp.push(() => site.close())
    site.handle('/hanging', () => undefined)
    const child = await startProcess()
    const jobId = await createJob('capture-page', { url: site.url('/hanging') })
    await waitFor(() => site.hits.length > 0, { timeoutMs: 20_000 })
    const browsers = childrenOf(child.pid!)
    expect(browsers.length).toBeGreaterThan(0)

    child.kill('SIGKILL')
    await waitFor(() => browsers.every((pid) => !isRunning(pid)), { timeoutMs: 5000 })

    site.page('/hanging', '<title>Back again</title>')
    // As if its lease had run out.
    await engine.db
      .updateTable('jobs')
      .set({ lease_until: new Date(0) })
      .execute()
    await startProcess()
    const [completed] = await tap.sees(jobId, 'JOB_COMPLETED', 1, 30_000)
    expect(completed?.payload).toMatchObject({ attempt: 2, result: { title: 'Back again' } })
    expect(tap.ofJob(jobId, 'JOB_QUEUED').at(-1)?.payload).toMatchObject({ reason: 'worker-lost' })
  }, 60_000)

  it('is killed right after a job has asked, and another one goes on with the answer', async () => {
    const child = await startProcess()
    const jobId = await createJob('rehearse', { steps: 3, stepMs: 0, chunkBytes: 50, ask: 2 })
    const isWaiting = async () => (await engine.jobs.view(userId, jobId))?.state === 'waiting'
    await waitFor(isWaiting, { timeoutMs: 20_000, intervalMs: 2 })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const answer = { question: 'go-on', value: { pace: 'quick' }, check: () => undefined }
    expect(await engine.jobs.answer({ userId, jobId, ...answer })).toMatchObject({ outcome: 'answered' })
    await startProcess()
    const [completed] = await tap.sees(jobId, 'JOB_COMPLETED', 1, 30_000)
    expect(completed?.payload).toMatchObject({
      attempt: 2,
      textEnd: 150,
      result: { answer: { pace: 'quick' } },
    })
    expect(tap.ofJob(jobId, 'JOB_CHECKPOINT').map(({ payload }) => payload.step)).toEqual([
      'step-1',
      'step-2',
      'step-3',
    ])
  }, 60_000)

  it('says what is wrong with its configuration, and ends', async () => {
    const child = fork(main, {
      env: { ...env, REDIS_URL: '' },
      execArgv: ['--conditions=@headway/source'],
      silent: true,
    })
    let said = ''
    child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(said).toContain('REDIS_URL is not set')
  }, 20_000)

  it('refuses a Redis that throws keys away, in production', async () => {
    const admin = connectRedis(env['REDIS_URL']!, 'publisher', { logger: testLogger })
    cleanUp.unshift(() => admin.disconnect())
    await redisReady(admin)
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const child = fork(main, {
      env: { ...env, NODE_ENV: 'production' },
      execArgv: ['--conditions=@headway/source'],
      silent: true,
    })
    let said = ''
    child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    expect((await once(child, 'exit'))[0]).toBe(1)
    expect(said).toContain('maxmemory-policy "allkeys-lru"')
  }, 20_000)
})

/** Process ids of the children, and of theirs. */
function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const own = all.filter((candidate) => parentOf(candidate) === pid)
  return [...own, ...own.flatMap(childrenOf)]
}

function parentOf(pid: number): number | undefined {
  return Number(/^PPid:\s+(\d+)/m.exec(statusOf(pid))?.[1])
}

function isRunning(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(statusOf(pid))
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
