import { randomUUID } from 'node:crypto'
import { json } from 'node:stream/consumers'
import type { OrderInput } from '@headway/events'
import { uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { MAX_CALLS_PER_ROUND, MAX_ROUNDS } from '../src/agent/agent-run.ts'
import { agent } from '../src/operations/agent.ts'
import { Deployment } from './support/deployment.ts'
import { LLM_API_KEY, LlmSite, type AskedRequest } from './support/llm-site.ts'

let deployment: Deployment
let site: LlmSite

beforeAll(async () => {
  deployment = await Deployment.open()
  site = await LlmSite.open()
  await deployment.startWorker({ operations: [agent], llm: site.settings })
}, 60_000)
afterAll(async () => {
  await deployment.close()
  await site.close()
})

async function anOrder(order: Partial<OrderInput> = {}, userId: string = deployment.userId): Promise<string> {
  const input: OrderInput = {
    id: randomUUID(),
    customerId: 'C-1',
    customerName: 'Ann',
    currency: 'EUR',
    lines: [{ sku: 'A-1', description: 'Bolt', quantity: 3, unitPrice: 1250 }],
    ...order,
  }
  expect(await deployment.engine.orders.upsertBatch({ userId, orders: [input] })).toMatchObject({
    outcome: 'stored',
  })
  return input.id
}

function ask(query: string = 'What is there?'): Promise<string> {
  return deployment.createJob('agent', { query })
}

/** What was asked of the endpoint since. */
function since(count: number) {
  return site.requests.slice(count)
}

describe('agent', () => {
  it('streams the answer in pieces and in order, while the model still speaks', async () => {
    const hold = Promise.withResolvers<void>()
    onTestFinished(() => hold.resolve())
    site.script(async (reply) => {
      reply.say('Grüße', ' aus')
      await hold.promise
      reply.say(' 🇨🇭, ', 'mit Zahlen.').stop('stop', { prompt: 20, completion: 7 })
    })
    const asked = site.requests.length
    const jobId = await ask('Grüße?')
    await expect.poll(() => deployment.text(jobId)).toBe('Grüße aus')
    expect(await deployment.view(jobId)).toMatchObject({ state: 'running', label: 'Asking the model' })
    hold.resolve()
    const job = await deployment.reaches(jobId, 'completed')
    const answer = 'Grüße aus 🇨🇭, mit Zahlen.'
    expect(job.result).toEqual({
      answer,
      rounds: 1,
      toolCalls: 0,
      usage: { promptTokens: 20, completionTokens: 7, totalTokens: 27 },
    })
    expect(await deployment.text(jobId)).toBe(answer)
    await deployment.tap.sees(jobId, 'JOB_COMPLETED')
    const chunks = deployment.tap.ofJob(jobId, 'JOB_CHUNK').map(({ payload }) => payload)
    expect(chunks.length).toBeGreaterThan(1)
    expect(chunks.map(({ text }) => text).join('')).toBe(answer)
    for (const [index, { offset }] of chunks.entries()) expect(offset).toBe(chunks[index - 1]?.end ?? 0)

    const [request] = since(asked)
    expect(request).toMatchObject({
      model: 'small-model',
      stream: true,
      max_tokens: 4096,
      tool_choice: 'auto',
    })
    expect(request?.messages.at(-1)).toEqual({ role: 'user', content: 'Grüße?' })
    expect(site.paths.at(-1)).toBe('POST /v1/chat/completions')
    expect(site.keys.at(-1)).toBe(`Bearer ${LLM_API_KEY}`)
  })

  it('looks at orders in steps, tells the model what it saw, and keeps a transcript', async () => {
    const orderId = await anOrder({ customerName: 'Zoë Searchable', note: 'Fragile' })
    site.script(
      (reply) =>
        reply
          .say('Let me look.')
          .call('search_orders', { search: 'zoë searchable', state: null })
          .call('sum_orders', { search: 'searchable' }, { index: 1 })
          .stop('tool_calls', { prompt: 10, completion: 5 }),
      // There are endpoints that say 'stop' all the same.
      (reply) => reply.call('get_order', { orderId }).stop('stop', { prompt: 30, completion: 5 }),
      (reply) => reply.say('One of ', '37.50 EUR.').stop('stop', { prompt: 60, completion: 9 }),
    )
    const asked = site.requests.length
    const jobId = await ask()
    const job = await deployment.reaches(jobId, 'completed')
    expect(job.result).toEqual({
      answer: 'One of 37.50 EUR.',
      rounds: 3,
      toolCalls: 3,
      usage: { promptTokens: 100, completionTokens: 19, totalTokens: 119 },
    })
    expect(await deployment.text(jobId)).toBe('Let me look.\n\nOne of 37.50 EUR.')
    expect(job.steps.map(({ name }) => name)).toEqual([
      'round-1',
      'round-1-call-1-search_orders',
      'round-1-call-2-sum_orders',
      'round-2',
      'round-2-call-1-get_order',
      'round-3',
      'transcript',
    ])
    const [, second, third] = since(asked)
    const calls = second?.messages.find(({ tool_calls: made }) => made)?.tool_calls
    expect(calls?.map(({ id }) => id)).toEqual(['call-0', 'call-1'])
    const summary = {
      orderId,
      customerName: 'Zoë Searchable',
      state: 'draft',
      currency: 'EUR',
      total: '37.50',
    }
    const [found, sums, order] = LlmSite.outcomesIn(third!)
    expect(found).toMatchObject({ orders: [summary], nextCursor: null })
    expect(sums).toEqual({ sums: [{ state: 'draft', currency: 'EUR', orders: 1, total: '37.50' }] })
    expect(order).toMatchObject({
      ...summary,
      note: 'Fragile',
      lines: [{ line: 1, sku: 'A-1', quantity: 3, unitPrice: '12.50' }],
    })

    const [artifact] = job.artifacts
    expect(artifact).toMatchObject({ name: 'transcript.json', contentType: 'application/json' })
    const { userId, engine } = deployment
    const stored = await engine.artifacts.find(userId, jobId, artifact!.artifactId)
    const transcript = (await json(await engine.artifacts.stream(stored!.key))) as AskedRequest
    expect(transcript.model).toBe('small-model')
    expect(transcript.messages).toEqual([
      ...third!.messages,
      { role: 'assistant', content: 'One of 37.50 EUR.' },
    ])
  })

  it("sees the orders of the job's owner alone, whatever the model asks for", async () => {
    const other = uniqueUserId()
    const foreign = await anOrder({ customerName: 'Secretive' }, other)
    site.script(
      (reply) =>
        reply
          .call('get_order', { orderId: foreign })
          .call('search_orders', { search: 'Secretive' }, { index: 1 })
          .call('sum_orders', { search: 'Secretive' }, { index: 2 })
          .call('search_orders', { userId: other }, { index: 3 })
          .call('get_order', { orderId: foreign, userId: other }, { index: 4 })
          .stop('tool_calls'),
      (reply) => reply.say('None.').stop(),
    )
    const asked = site.requests.length
    await deployment.reaches(await ask(), 'completed')
    const [own, search, sums, ...tricks] = LlmSite.outcomesIn(since(asked)[1]!)
    expect(own).toEqual({ error: `The user has no order with the id "${foreign}".` })
    expect(search).toEqual({ orders: [], nextCursor: null })
    expect(sums).toEqual({ sums: [] })
    for (const trick of tricks)
      expect(trick).toEqual({ error: expect.stringContaining('#/userId is not known') })
    expect(JSON.stringify(since(asked))).not.toContain('customerName":"Secretive')
  })

  it('tells the model of tools and arguments that will not do, and lets it correct itself', async () => {
    site.script(
      (reply) =>
        reply
          .call('drop_tables', {})
          .call('search_orders', '{"search": "a', { index: 1 })
          .call('search_orders', { limit: 1000 }, { index: 2 })
          .call('search_orders', { cursor: 'made-up' }, { index: 3 })
          .call('search_orders', '', { index: 4 })
          .stop('tool_calls'),
      (reply) => reply.say('I see.').stop(),
    )
    const asked = site.requests.length
    const job = await deployment.reaches(await ask(), 'completed')
    const [, second] = since(asked)
    expect(LlmSite.outcomesIn(second!)).toEqual([
      {
        error: expect.stringContaining('There is no tool "drop_tables". Those that exist are search_orders'),
      },
      { error: expect.stringContaining('are not JSON: "{\\"search\\": \\"a". Call it again') },
      { error: expect.stringContaining('limit') },
      { error: expect.stringContaining('cursor') },
      { orders: expect.anything(), nextCursor: null },
    ])
    // Endpoints read them again.
    const calls = second?.messages.find(({ tool_calls: made }) => made)?.tool_calls ?? []
    for (const call of calls) expect(JSON.parse(call.function.arguments)).toBeTypeOf('object')
    expect(job.steps[1]?.name).toBe('round-1-call-1-unknown')
  })

  it('ends the request at once when it is cancelled, in the middle of the answer', async () => {
    const abandoned = Promise.withResolvers<boolean>()
    site.script(async (reply) => {
      reply.say('For ever')
      await reply.closed
      abandoned.resolve(reply.isAbandoned)
    })
    const jobId = await ask()
    await expect.poll(() => deployment.text(jobId)).toBe('For ever')
    await deployment.cancel(jobId)
    expect(await abandoned.promise).toBe(true)
    await deployment.reaches(jobId, 'cancelled')
  })

  it('lets the model call so many tools at once, and makes it answer in the last round', async () => {
    site.answer = (reply, { tool_choice: choice }) => {
      if (choice === 'none') return reply.say('Enough.').stop()
      for (let index = 0; index <= MAX_CALLS_PER_ROUND; index += 1) {
        // Without ids, as some endpoints are.
        reply.call('sum_orders', {}, { index, id: '' })
      }
      reply.stop('tool_calls')
    }
    const asked = site.requests.length
    const job = await deployment.reaches(await ask(), 'completed', 60_000)
    expect(job.result).toMatchObject({
      answer: 'Enough.',
      rounds: MAX_ROUNDS,
      toolCalls: (MAX_ROUNDS - 1) * MAX_CALLS_PER_ROUND,
      usage: null,
    })
    const outcomes = LlmSite.outcomesIn(since(asked)[1]!)
    expect(outcomes).toHaveLength(MAX_CALLS_PER_ROUND + 1)
    expect(outcomes.at(-1)).toEqual({ error: expect.stringContaining('At most 8 calls') })
    const ids = since(asked)[1]!.messages.flatMap(({ tool_call_id: id }) => (id === undefined ? [] : [id]))
    expect(new Set(ids).size).toBe(MAX_CALLS_PER_ROUND + 1)
  }, 90_000)

  it('goes on after its last completed round when it is resumed', async () => {
    site.script(
      (reply) =>
        reply.say('Let me look.').call('sum_orders', {}).stop('tool_calls', { prompt: 8, completion: 2 }),
      (reply) => reply.say('Half').stop('length'),
      (reply) => reply.say('All of it.').stop('stop', { prompt: 20, completion: 3 }),
    )
    const asked = site.requests.length
    const jobId = await ask()
    expect(await deployment.reaches(jobId, 'failed')).toMatchObject({ errorCode: 'llm_answer_too_long' })
    expect(await deployment.text(jobId)).toBe('Let me look.\n\nHalf')
    await deployment.resume(jobId)
    const job = await deployment.reaches(jobId, 'completed')
    expect(job.result).toMatchObject({ answer: 'All of it.', rounds: 2, usage: { totalTokens: 33 } })
    expect(await deployment.text(jobId)).toBe('Let me look.\n\nAll of it.')
    const [, second, third, ...others] = since(asked)
    expect(third).toEqual(second)
    expect(others).toEqual([])
  })

  it('is asked in the words that the endpoint understands, and in these at once the next time', async () => {
    site.answer = (reply, request) => {
      if (request.max_tokens !== undefined) {
        const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        return reply.refuse(400, message, { code: 'unsupported_parameter', param: 'max_tokens' })
      }
      if (request.stream_options !== undefined) return reply.refuse(422, 'stream_options: extra field')
      reply.say('Yes.').stop()
    }
    const other = await Deployment.open()
    onTestFinished(() => other.close())
    await other.startWorker({ operations: [agent], llm: { ...site.settings, apiKey: undefined } })
    const asked = site.requests.length
    for (const query of ['once', 'twice']) {
      const job = await other.reaches(await other.createJob('agent', { query }), 'completed')
      expect(job).toMatchObject({ attempt: 1, result: { answer: 'Yes.' } })
    }
    expect(since(asked)).toHaveLength(4)
    expect(since(asked).at(-1)).toMatchObject({ max_completion_tokens: 4096 })
    expect(site.keys.at(-1)).toBeUndefined()
  }, 60_000)
})

it('is listed as unavailable with the reason where no model is set', async () => {
  const other = await Deployment.open()
  onTestFinished(() => other.close())
  await other.startWorker({ operations: [agent] })
  expect(await other.engine.operations.list()).toMatchObject([
    { type: 'agent', available: false, reason: expect.stringContaining('LLM_BASE_URL and LLM_MODEL') },
  ])
  // One that was created while there was a model.
  const job = await other.reaches(await other.createJob('agent', { query: 'Hello?' }), 'failed')
  expect(job).toMatchObject({ errorCode: 'unsupported_operation', attempt: 1 })
}, 60_000)
