import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel, type MessageOf } from '@headway/events'
import { uniqueUserId } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { openEngine, openReadyClient, openRealtime } from './realtime-fixture.ts'

const QUESTION = {
  name: 'colour',
  prompt: 'Which colour?',
  schema: { type: 'object', properties: { colour: { enum: ['red', 'blue'] } }, required: ['colour'] },
  expiresInMs: 60_000,
}

/** A server, and a job on it that a worker has claimed and that is about to ask. */
async function openAskingJob() {
  const server = await openRealtime()
  const engine = await openEngine(server.eventLog)
  const { url } = await openRealtime({ engine, eventLog: server.eventLog })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome === 'idempotency_mismatch') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const claim = async (dispatch: number) => {
    const attempt = await engine.attempts.claim({ jobId, dispatch, workerId: randomUUID(), leaseMs: 60_000 })
    if (!attempt) throw new Error('not claimed')
    await attempt.running()
    return attempt
  }
  const attempt = await claim(1)
  return { url, engine, userId, jobId, claim, ask: () => attempt.park(QUESTION) }
}

describe('answer:job', () => {
  it('lets the job go on that all devices see waiting', async () => {
    const { url, userId, jobId, ask, claim } = await openAskingJob()
    const phone = await openReadyClient(url, { userId })
    await phone.request('subscribe:job', jobId)
    await ask()
    const { name, prompt, schema } = QUESTION
    const view = { state: 'waiting', question: { name, prompt, schema } }
    await expect.poll(() => phone.types()).toEqual(['JOB_QUESTION', 'JOB_QUESTION'])
    const channels = phone.events.map(({ channel }) => channel)
    expect(channels.toSorted()).toEqual([jobChannel(jobId), userChannel(userId)].toSorted())
    const [asked] = phone.events as MessageOf<'JOB_QUESTION'>[]
    expect(asked?.payload).toMatchObject({ version: 5, question: name, prompt, schema })

    const laptop = await openReadyClient(url, { userId })
    expect(await laptop.request('subscribe:job', jobId)).toMatchObject({ ok: true, job: view })
    expect(await laptop.request('answer:job', jobId, 'colour', { colour: 'red' })).toEqual({ ok: true })
    const onJob = () => phone.events.filter(({ channel }) => channel === jobChannel(jobId)).slice(1)
    await expect.poll(() => onJob().map(({ type }) => type)).toEqual(['JOB_ANSWERED', 'JOB_QUEUED'])
    expect(onJob().map(({ payload }) => payload)).toMatchObject([
      { version: 6, question: 'colour' },
      { version: 7, reason: 'answered' },
    ])
    expect(await (await claim(2)).answer('colour')).toEqual({ value: { colour: 'red' } })
  })

  it('takes one of several answers that come at once', async () => {
    const { url, userId, jobId, ask } = await openAskingJob()
    await ask()
    const clients = await Promise.all([1, 2, 3].map(() => openReadyClient(url, { userId })))
    const acks = await Promise.all(
      clients.map((client) => client.request('answer:job', jobId, 'colour', { colour: 'blue' })),
    )
    expect(acks.filter(({ ok }) => ok)).toEqual([{ ok: true }])
    for (const { error } of acks.filter(({ ok }) => !ok)) {
      expect(error).toEqual({ code: 'conflict', message: 'The job is queued and has no open question.' })
    }
  })

  it('says why it does not take a value, and the job waits on', async () => {
    const { url, engine, userId, jobId, ask } = await openAskingJob()
    const client = await openReadyClient(url, { userId })
    const answer = (question: unknown, ...values: unknown[]) =>
      client.request('answer:job', jobId, question, ...values)
    expect(await answer('colour', { colour: 'red' })).toMatchObject({
      error: { code: 'conflict', message: 'The job is running and has no open question.' },
    })
    await ask()
    expect(await answer('colour', { colour: 'green' })).toEqual({
      ok: false,
      error: {
        code: 'bad_request',
        message: 'The answer does not fit the question: #/colour must be one of ["red","blue"].',
      },
    })
    expect(await answer('size', 7)).toMatchObject({
      error: { code: 'conflict', message: expect.stringContaining('"colour"') },
    })
    const deep = Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1)
    for (const wrong of [
      ['colour'],
      ['', 1],
      ['x'.repeat(129), 1],
      [7, 1],
      ['colour', deep],
      ['colour', 'a\0'],
    ]) {
      expect(await answer(...(wrong as [unknown]))).toMatchObject({ error: { code: 'bad_request' } })
    }
    const stranger = await openReadyClient(url, { userId: uniqueUserId() })
    expect(await stranger.request('answer:job', jobId, 'colour', { colour: 'red' })).toMatchObject({
      error: { code: 'not_found' },
    })
    expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'waiting', version: 5 })
  })
})
