import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createClient, memoryCursorStore } from '@headway/client'
import { jobStore } from '@headway/client/jobs'
import type { WebSocketMessage } from '@headway/events'
import { signToken, startDeployment, startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const FOLDER = fileURLToPath(new URL('../foreign-worker/', import.meta.url))
const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0

const hasRedisCli = spawnSync('redis-cli', ['--version']).status === 0

let url: string
let redisUrl: string
let close: () => Promise<void>

/** A worker in Python, with what it prints. */
function startForeignWorker(): { process: ChildProcess; prints: (line: RegExp) => Promise<unknown> } {
  const worker = spawn('python3', ['-B', 'worker.py'], {
    cwd: FOLDER,
    env: { ...process.env, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    worker.kill('SIGKILL')
  })
  let output = ''
  worker.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  return { process: worker, prints: (line) => waitFor(() => line.test(output), { timeoutMs: 20_000 }) }
}

/** A user who starts a transcription and follows it with the client. */
async function startTranscription(input: { sections: number; sectionMs: number }) {
  const userId = uniqueUserId()
  const token = await signToken({ userId })
  const call = (path: string, method: string, body?: object) =>
    fetch(`${url}/api/jobs${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const client = createClient({ url, getToken: () => token, cursors: memoryCursorStore() })
  onTestFinished(() => client.destroy())
  const events: WebSocketMessage[] = []
  client.onAny((message) => events.push(message))
  client.connect()
  await waitFor(() => client.connection.getSnapshot().freshness === 'live')
  const { jobId } = (await (await call('', 'POST', { type: 'transcribe', ...input })).json()) as {
    jobId: string
  }
  const store = jobStore(client, jobId)
  onTestFinished(store.subscribe(() => {}))
  const job = () => store.getSnapshot()
  const reaches = (state: string) =>
    waitFor(() => job().state === state && job().freshness === 'live', { timeoutMs: 30_000 })
  const cancel = () => call(`/${jobId}/cancel`, 'PATCH')
  const lifecycle = () =>
    events.map(({ type }) => type).filter((type) => /^JOB_(?!PROGRESS|CHUNK)/.test(type))
  return { jobId, job, reaches, cancel, events, lifecycle }
}

function sections(from: number, to: number): string {
  const lines = Array.from({ length: to - from + 1 }, (_, at) => `Section ${from + at}: what was said.\n`)
  return lines.join('')
}

beforeAll(async () => {
  const redis = await startTestRedis()
  redisUrl = redis.url
  const deployment = await startDeployment({
    programs: {
      server: new URL('../../server/src/main.ts', import.meta.url),
      worker: new URL('../../workers/src/main.ts', import.meta.url),
    },
    env: { REDIS_URL: redisUrl, HEADWAY_EXTERNAL_OPERATIONS: `${FOLDER}operations.json`, LOG_LEVEL: 'error' },
  })
  url = deployment.url
  close = async () => {
    await deployment.stop()
    await redis.stop()
  }
})

afterAll(() => close())

describe.skipIf(!hasPython)('a worker in plain Python (needs python3)', () => {
  it('runs a job that its user follows from the start to the end', async () => {
    const { job, reaches, lifecycle, events } = await startTranscription({ sections: 3, sectionMs: 20 })
    await waitFor(() => job().label === 'Waits for a worker of transcribe')
    startForeignWorker()
    await reaches('completed')
    expect(job()).toMatchObject({ result: { sections: 3 }, text: sections(1, 3), progress: 100 })
    expect(job().steps.map(({ name }) => name)).toEqual(['section-1', 'section-2', 'section-3'])
    const step = ['JOB_STEP', 'JOB_CHECKPOINT']
    expect(lifecycle()).toEqual([
      'JOB_CREATED',
      'JOB_QUEUED',
      'JOB_STARTED',
      'JOB_RUNNING',
      ...step,
      ...step,
      ...step,
      'JOB_COMPLETED',
    ])
    const { payload } = events.find(({ type }) => type === 'JOB_COMPLETED')!
    expect(payload).toMatchObject({
      textSha256: createHash('sha256').update(sections(1, 3)).digest('hex'),
    })
  })

  it('goes on behind its checkpoint after kill -9', async () => {
    const { job, reaches, lifecycle } = await startTranscription({ sections: 6, sectionMs: 400 })
    const first = startForeignWorker()
    await waitFor(() => job().steps.length >= 2, { timeoutMs: 20_000 })
    first.process.kill('SIGKILL')
    startForeignWorker()
    await reaches('completed')
    expect(job()).toMatchObject({ text: sections(1, 6), job: { attempt: 2 } })
    expect(lifecycle().filter((type) => type === 'JOB_CHECKPOINT')).toHaveLength(6)
    expect(lifecycle().filter((type) => type === 'JOB_COMPLETED')).toHaveLength(1)
  })

  it('leaves a cancelled job, whose end comes within a second', async () => {
    const { job, jobId, reaches, cancel, events } = await startTranscription({
      sections: 50,
      sectionMs: 200,
    })
    const worker = startForeignWorker()
    await waitFor(() => job().text.length > 0, { timeoutMs: 20_000 })
    const startedAt = performance.now()
    await cancel()
    await reaches('cancelled')
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    await worker.prints(new RegExp(`leaves attempt 1 of ${jobId}`))
    expect(events.at(-1)!.type).toBe('JOB_CANCELLED')
  })

  it('shows nothing of a worker that was frozen and wakes when another one has the job', async () => {
    const { job, jobId, reaches, events } = await startTranscription({ sections: 6, sectionMs: 300 })
    const first = startForeignWorker()
    await waitFor(() => job().steps.length >= 2, { timeoutMs: 20_000 })
    first.process.kill('SIGSTOP')
    startForeignWorker()
    await waitFor(() => job().job?.attempt === 2 && job().steps.length >= 4, { timeoutMs: 30_000 })
    first.process.kill('SIGCONT')
    await first.prints(new RegExp(`leaves attempt 1 of ${jobId}`))
    await reaches('completed')
    expect(job().text).toBe(sections(1, 6))
    const attempts = events.flatMap(({ payload }) => ('attempt' in payload ? [payload.attempt] : []))
    expect(attempts).toEqual(attempts.toSorted((a, b) => a - b))
  })
})

describe.skipIf(!hasRedisCli)('the commands of docs/reports.md (need redis-cli)', () => {
  it('take a job from the list to its end', async () => {
    const { job, reaches } = await startTranscription({ sections: 1, sectionMs: 0 })
    const page = await readFile(new URL('../../docs/reports.md', import.meta.url), 'utf8')
    const [, commands = ''] = /```sh\n(.*?)```/s.exec(page) ?? []
    const shell = spawnSync('sh', ['-e'], { input: commands, env: { ...process.env, REDIS_URL: redisUrl } })
    expect(shell.stderr.toString()).toBe('')
    expect(shell.status).toBe(0)
    await reaches('completed')
    expect(job()).toMatchObject({ text: 'What was said.', result: { words: 3 }, label: 'Halfway' })
    expect(job().steps).toMatchObject([{ name: 'listened', status: 'completed' }])
  })
})
