import { DEFAULT_QUEUE_NAME } from '@headway/jobs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Deployment } from './support/deployment.ts'
import type { LlmReply } from './support/llm-reply.ts'
import { LLM_API_KEY, LlmSite, type AskedRequest } from './support/llm-site.ts'
import { WorkerProcess } from './support/worker-process.ts'

/** What the model says, with a character of several bytes where it may break off. */
const WORDS = 'Let me look.'
const ANSWER = ['Zusammen für', ' 0 €', ', und das ist alles.'] as const
const TEXT = `${WORDS}\n\n${ANSWER.join('')}`

let deployment: Deployment
let site: LlmSite
let worker: WorkerProcess

beforeAll(async () => {
  deployment = await Deployment.open({ ownRedis: true, queueName: DEFAULT_QUEUE_NAME })
  site = await LlmSite.open()
  worker = await startWorker()
}, 60_000)
afterAll(async () => {
  await worker.kill()
  await deployment.close()
  await site.close()
})

async function startWorker(): Promise<WorkerProcess> {
  return WorkerProcess.start(deployment, {
    LLM_BASE_URL: site.baseUrl,
    LLM_MODEL: 'small-model',
    LLM_API_KEY,
    HEADWAY_LEASE_MS: '2500',
  })
}

/** The worker dies, and another one takes its place. */
async function replace(): Promise<void> {
  await worker.kill()
  worker = await startWorker()
}

/** A model that looks once and answers then; what it is about to say next is in the hands of the test. */
function speak(pause: (place: string, reply: LlmReply) => Promise<void> | void = () => undefined): void {
  const say = async (reply: LlmReply, ...parts: readonly string[]): Promise<void> => {
    for (const part of parts) {
      await pause(part, reply)
      if (!reply.isAbandoned) reply.say(part)
    }
  }
  site.answer = async (reply, request) => {
    if (roundOf(request) === 1) {
      await say(reply, WORDS)
      return reply.call('sum_orders', {}).stop('tool_calls', { prompt: 10, completion: 5 })
    }
    await say(reply, ...ANSWER)
    reply.stop('stop', { prompt: 20, completion: 5 })
  }
}

function roundOf({ messages }: AskedRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length + 1
}

/** How often each round was asked since, by its number. */
function askedSince(count: number): number[] {
  const rounds = site.requests.slice(count).map(roundOf)
  return [1, 2].map((round) => rounds.filter((asked) => asked === round).length)
}

/** The text as somebody has it who did nothing but listen. */
function heardText(jobId: string): string {
  let heard = Buffer.alloc(0)
  for (const { type, payload } of deployment.tap.ofJob(jobId)) {
    if (type === 'JOB_RUNNING') heard = heard.subarray(0, payload.textOffset ?? heard.length)
    if (type !== 'JOB_CHUNK') continue
    expect(payload.offset).toBe(heard.length)
    heard = Buffer.concat([heard, Buffer.from(payload.text)])
  }
  return heard.toString()
}

async function expectWhole(jobId: string): Promise<number> {
  const job = await deployment.reaches(jobId, 'completed', 60_000)
  expect(job.result).toEqual({
    answer: ANSWER.join(''),
    rounds: 2,
    toolCalls: 1,
    usage: { promptTokens: 30, completionTokens: 10, totalTokens: 40 },
  })
  expect(job.artifacts).toMatchObject([{ name: 'transcript.json' }])
  expect(await deployment.text(jobId)).toBe(TEXT)
  await expect.poll(() => heardText(jobId)).toBe(TEXT)
  return job.attempt
}

describe('agent, with its worker killed', () => {
  it.each([
    ['before the first word', WORDS, [2, 1]],
    ['before the first word of the second round', ANSWER[0], [1, 2]],
    ['in the middle of the answer', ANSWER[1], [1, 2]],
    ['before the last words', ANSWER[2], [1, 2]],
  ])(
    '%s: doubles no text, and asks no complete round again (J29)',
    async (_what, place, rounds) => {
      const reached = Promise.withResolvers<void>()
      let isDone = false
      speak(async (part, reply) => {
        if (isDone || part !== place) return
        isDone = true
        reached.resolve()
        await reply.closed
      })
      const before = site.requests.length
      const jobId = await deployment.createJob('agent', { query: 'What is there?' })
      await reached.promise
      const said = TEXT.slice(0, TEXT.indexOf(place)).trimEnd()
      // What was said has reached those who listen, so that it is taken back before their eyes.
      await expect.poll(() => deployment.text(jobId)).toBe(said)
      await replace()
      expect(await expectWhole(jobId)).toBe(2)
      expect(askedSince(before)).toEqual(rounds)
    },
    90_000,
  )

  it.each([
    ['round-1', 'completed', 2],
    ['round-1-call-1-sum_orders', 'started', 2],
    ['round-1-call-1-sum_orders', 'completed', 2],
    ['round-2', 'completed', 1],
    ['transcript', 'started', 1],
    ['transcript', 'completed', 1],
  ])(
    'when the step %s has %s (J29)',
    async (step, status, mostSecond) => {
      speak()
      const before = site.requests.length
      const jobId = await deployment.createJob('agent', { query: 'What is there?' })
      const hasCome = () =>
        deployment.tap
          .ofJob(jobId, 'JOB_STEP')
          .some(({ payload }) => payload.step === step && payload.status === status)
      await expect.poll(hasCome, { timeout: 30_000, interval: 2 }).toBe(true)
      await replace()
      await expectWhole(jobId)
      const [first, second] = askedSince(before)
      expect(first).toBe(1)
      expect(second).toBeLessThanOrEqual(mostSecond)
    },
    90_000,
  )

  it('or frozen in the middle of the answer, and back when another one has answered (J27)', async () => {
    const frozen = worker
    const reached = Promise.withResolvers<void>()
    const thawed = Promise.withResolvers<void>()
    let isDone = false
    speak(async (part) => {
      if (isDone || part !== ANSWER[1]) return
      isDone = true
      reached.resolve()
      await thawed.promise
    })
    try {
      const jobId = await deployment.createJob('agent', { query: 'What is there?' })
      await reached.promise
      frozen.freeze()
      worker = await startWorker()
      expect(await expectWhole(jobId)).toBe(2)
      frozen.thaw()
      thawed.resolve()
      // It has its wits about it when it has done another job.
      await worker.kill()
      await expectWhole(await deployment.createJob('agent', { query: 'And now?' }))
      expect(await deployment.text(jobId)).toBe(TEXT)
    } finally {
      thawed.resolve()
      await frozen.kill()
    }
  }, 120_000)
})
