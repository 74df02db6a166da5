import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { waitFor } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { LlmSettings } from '../src/agent/llm-settings.ts'
import { createLogger } from '../src/create-logger.ts'
import { agent } from '../src/operations/agent.ts'
import { Deployment } from './support/deployment.ts'
import type { LlmReply } from './support/llm-reply.ts'
import { LLM_API_KEY, LlmSite } from './support/llm-site.ts'

const MIB = 1_048_576

let deployment: Deployment
let site: LlmSite
/** Everything that the workers of this file have logged. */
let logged = ''

const destination = new PassThrough().on('data', (bytes: Buffer) => (logged += bytes.toString()))
const logger = createLogger({ level: 'trace', destination })

beforeAll(async () => {
  site = await LlmSite.open()
  deployment = await deploymentWith({})
}, 60_000)
afterEach(() => {
  site.answer = (reply) => reply.refuse(400, 'Nothing is to be asked.')
})
afterAll(async () => {
  await deployment.close()
  await site.close()
})

async function deploymentWith(settings: Partial<LlmSettings>): Promise<Deployment> {
  const opened = await Deployment.open()
  const llm = { ...site.settings, ...settings }
  await opened.startWorker({ operations: [agent], llm, logger })
  return opened
}

function ask(of: Deployment = deployment): Promise<string> {
  return of.createJob('agent', { query: 'What is there?' })
}

/** What the first step that failed has said. */
async function firstFault(jobId: string, of: Deployment = deployment): Promise<string> {
  return waitFor(
    () => of.tap.ofJob(jobId, 'JOB_STEP').find(({ payload }) => payload.status === 'failed')?.payload.error,
    { timeoutMs: 15_000 },
  )
}

type Case = [what: string, answer: (reply: LlmReply) => unknown, code: string, message: string]

const FINAL: Case[] = [
  [
    'the key is refused, and never repeated',
    (reply) => reply.refuse(401, `Incorrect API key: ${LLM_API_KEY}.`),
    'llm_unauthorized',
    "The model's endpoint refuses the key (401): Incorrect API key: [key]. Set LLM_API_KEY of the workers.",
  ],
  [
    'the key may not do this',
    (reply) => reply.refuse(403, 'No.'),
    'llm_unauthorized',
    '(403): No. Set LLM_API_KEY',
  ],
  [
    'the model is not known',
    (reply) => reply.refuse(404, 'No such model'),
    'llm_not_found',
    'does not know the model small-model, or is not where LLM_BASE_URL says (404): No such model.',
  ],
  [
    'the quota is used up',
    (reply) => reply.refuse(429, 'You exceeded it', { code: 'insufficient_quota' }),
    'llm_quota_exceeded',
    'has no quota left (429)',
  ],
  [
    'the conversation does not fit',
    (reply) => reply.refuse(400, 'Context too long', { code: 'context_length_exceeded' }),
    'llm_rejected',
    'does not take the request (400): Context too long.',
  ],
  [
    'it is sent elsewhere',
    (reply) => reply.refuse(307, '', { headers: { location: `${site.baseUrl}/elsewhere` } }),
    'llm_rejected',
    '(307)',
  ],
  [
    'a web page is there instead',
    (reply) => reply.raw('<html></html>', 'text/html').end(),
    'llm_rejected',
    'answers with text/html and not with a stream of events. Check LLM_BASE_URL',
  ],
  [
    'it does not stream',
    (reply) => reply.raw('{"choices":[]}', 'application/json; charset=utf-8').end(),
    'llm_rejected',
    'answers with application/json',
  ],
  [
    'the model refuses',
    (reply) => reply.delta({ refusal: 'I am sorry' }).delta({ refusal: ', no' }).stop(),
    'llm_refused',
    'The model refuses to answer: I am sorry, no. Ask something else.',
  ],
  [
    'a filter stops it',
    (reply) => reply.say('Well').stop('content_filter'),
    'llm_refused',
    'its filter has stopped',
  ],
  [
    'the answer is cut',
    (reply) => reply.say('Once upon a').stop('length'),
    'llm_answer_too_long',
    'The answer was cut at 4096 tokens (LLM_MAX_TOKENS)',
  ],
  [
    'the answer is too large',
    (reply) => reply.say('x'.repeat(140_000)).stop(),
    'llm_answer_too_long',
    'has more than 131072 bytes',
  ],
]

const PASSING: [what: string, answer: (reply: LlmReply) => unknown, message: string][] = [
  ['it is broken', (reply) => reply.refuse(500, 'Oh'), "The model's endpoint failed (500): Oh."],
  ['it is not there for now', (reply) => reply.refuse(503, ''), 'failed (503)'],
  ['it has waited for too long', (reply) => reply.refuse(408, 'Late'), 'did not do it (408): Late.'],
  [
    'it was asked too much',
    (reply) => reply.refuse(429, 'Slow down'),
    'takes no more requests for now (429): Slow down.',
  ],
  [
    'the connection is cut before the answer',
    (reply) => reply.cut(),
    "can't be reached, or the connection to it was cut",
  ],
  [
    'the connection is cut in the middle of it',
    async (reply) => {
      reply.say('The answer is', ' half')
      await shown('The answer is half')
      reply.cut()
    },
    "can't be reached, or the connection to it was cut",
  ],
  [
    'the stream ends in the middle of it',
    async (reply) => {
      reply.say('The answer is')
      await shown('The answer is')
      reply.end()
    },
    'broke off in the middle of the answer',
  ],
  [
    'it breaks off with an error, and names the key',
    (reply) => reply.say('The').raw(`data: {"error":{"message":"No memory for ${LLM_API_KEY}"}}\n\n`).end(),
    'broke off the answer: No memory for [key].',
  ],
  ['it sends what is no JSON', (reply) => reply.say('The').raw('data: {"choices\n\n').end(), 'malformed'],
  [
    'it sends something else',
    (reply) => reply.raw('data: {"choices":7}\n\n').end(),
    'none of a chat completion',
  ],
  ['the model says nothing', (reply) => reply.stop(), 'The model has answered with nothing.'],
  [
    'the model writes large arguments',
    (reply) => reply.call('sum_orders', { search: 'x'.repeat(20_000) }).stop('tool_calls'),
    'has called a tool with more than 16384 bytes',
  ],
  [
    'the model calls very many tools',
    (reply) => {
      for (let index = 0; index < 33; index += 1) reply.call('sum_orders', {}, { index })
      reply.stop('tool_calls')
    },
    'has called more than 32 tools at once',
  ],
  [
    'it sends without end',
    (reply) => {
      for (let sent = 0; sent < 17; sent += 1) reply.raw(`: ${'x'.repeat(MIB)}\n`)
    },
    'has sent more than 16777216 bytes',
  ],
]

/** Waits until the job that runs shows so much. */
let shown: (text: string) => Promise<void>

describe('agent fails at once when', () => {
  it.each(FINAL)('%s', async (_what, answer, code, message) => {
    const before = site.requests.length
    site.script(async (reply) => void (await answer(reply)))
    const job = await deployment.reaches(await ask(), 'failed')
    expect(job).toMatchObject({ errorCode: code, error: expect.stringContaining(message), attempt: 1 })
    expect(site.requests).toHaveLength(before + 1)
    expect(site.paths.at(-1)).toBe('POST /v1/chat/completions')
  })

  it('the model does not get on with the tools', async () => {
    site.answer = (reply) => reply.call('guess', {}).stop('tool_calls')
    const job = await deployment.reaches(await ask(), 'failed')
    expect(job).toMatchObject({ errorCode: 'llm_bad_tool_calls', attempt: 1 })
    expect(job.error).toMatch(/3 rounds in a row; the last time: .*There is no tool.*guess/)
  })

  it('the model does not come to an answer, in rounds or in tokens', async () => {
    site.answer = (reply) => reply.call('sum_orders', {}).stop('tool_calls', { prompt: 900, completion: 100 })
    const job = await deployment.reaches(await ask(), 'failed', 60_000)
    expect(job).toMatchObject({ errorCode: 'llm_no_answer', attempt: 1 })
    expect(job.error).toContain('not answered within 8 rounds')

    const poor = await deploymentWith({ maxJobTokens: 1500, maxTokens: 50 })
    onTestFinished(() => poor.close())
    const before = site.requests.length
    const spent = await poor.reaches(await ask(poor), 'failed')
    expect(spent).toMatchObject({ errorCode: 'llm_no_answer', attempt: 1 })
    expect(spent.error).toContain('has used 2000 tokens, and a job may use 1500 (LLM_MAX_JOB_TOKENS)')
    expect(site.requests.slice(before)).toMatchObject([{ max_tokens: 50 }, { max_tokens: 50 }])
  }, 90_000)
})

describe('agent is tried again, and doubles no text, when', () => {
  it.each(PASSING)('%s', async (_what, answer, message) => {
    site.script(
      async (reply) => void (await answer(reply)),
      (reply) => reply.say('The answer is 7.').stop(),
    )
    const asking = ask()
    shown = async (text) => {
      const jobId = await asking
      await expect.poll(() => deployment.text(jobId)).toBe(text)
    }
    const jobId = await asking
    const job = await deployment.reaches(jobId, 'completed')
    expect(await firstFault(jobId)).toContain(message)
    expect(job).toMatchObject({ attempt: 2, result: { answer: 'The answer is 7.' } })
    expect(await deployment.text(jobId)).toBe('The answer is 7.')
  })

  it('nothing comes any more', async () => {
    const quick = await deploymentWith({ silenceMs: 1000 })
    onTestFinished(() => quick.close())
    let asked = 0
    site.answer = (reply) => {
      asked += 1
      reply.say('Hm')
      if (asked > 1) reply.stop()
    }
    const jobId = await ask(quick)
    await quick.reaches(jobId, 'completed', 30_000)
    expect(await firstFault(jobId, quick)).toContain('silent for 1000 ms (LLM_SILENCE_MS)')
    expect(await quick.text(jobId)).toBe('Hm')
  }, 60_000)

  it('the answer comes to no end, though something comes', async () => {
    const quick = await deploymentWith({ timeoutMs: 1500 })
    onTestFinished(() => quick.close())
    let asked = 0
    site.answer = (reply) => {
      asked += 1
      if (asked > 1) return reply.say('Yes').stop()
      const timer = setInterval(() => reply.comment(), 100)
      void reply.closed.then(() => clearInterval(timer))
    }
    const jobId = await ask(quick)
    await quick.reaches(jobId, 'completed', 30_000)
    expect(await firstFault(jobId, quick)).toContain('not done after 1500 ms (LLM_TIMEOUT_MS)')
  }, 60_000)

  it('nobody is there', async () => {
    // A port that only the system may give away, and gives to nobody.
    const lonely = await deploymentWith({ baseUrl: 'http://127.0.0.1:4/v1' })
    onTestFinished(() => lonely.close())
    const jobId = await ask(lonely)
    await lonely.tap.sees(jobId, 'JOB_QUEUED', 2)
    expect(await firstFault(jobId, lonely)).toContain('(ECONNREFUSED)')
    await lonely.cancel(jobId)
    await lonely.reaches(jobId, 'cancelled')
  }, 60_000)
})

it('agent comes again when the endpoint says so, and gives up after five attempts', async () => {
  site.script((reply) => reply.refuse(429, 'Slow down', { headers: { 'retry-after': '3600' } }))
  const waiting = await ask()
  const [, retry] = await deployment.tap.sees(waiting, 'JOB_QUEUED', 2)
  expect(retry?.payload.reason).toBe('retry')
  expect(Date.parse(retry!.payload.notBefore!) - Date.parse(retry!.timestamp)).toBeGreaterThan(3_500_000)
  await deployment.cancel(waiting)
  await deployment.reaches(waiting, 'cancelled')

  site.answer = (reply) => reply.refuse(500, 'Still broken')
  const job = await deployment.reaches(await ask(), 'failed', 90_000)
  expect(job).toMatchObject({ errorCode: 'llm_unavailable', attempt: 5 })
}, 120_000)

it('the key is left nowhere: in no file, message, row or line of the log', async () => {
  const { engine, artifactsDir, tap, userId } = deployment
  const rows = await Promise.all([
    engine.db.selectFrom('jobs').selectAll().execute(),
    engine.db.selectFrom('job_steps').selectAll().execute(),
    engine.db.selectFrom('outbox').selectAll().execute(),
    engine.db.selectFrom('operations').selectAll().execute(),
  ])
  expect(JSON.stringify([rows, tap.ofUser(userId)])).not.toContain(LLM_API_KEY)
  expect(logged).toContain('job failed')
  expect(logged).not.toContain(LLM_API_KEY)
  const files = await readdir(artifactsDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    expect((await readFile(join(file.parentPath, file.name))).includes(LLM_API_KEY)).toBe(false)
  }
})
