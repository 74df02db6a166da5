import type { JobView } from '@headway/events'
import { messageSchema, payloadSchemas } from '@headway/events/schemas'
import { expect, it } from 'vitest'
import { openHeadway, openStockClient, until } from '../../test/client/stock-client.ts'
import type { FakeHeadway, FakeJob } from './index.ts'

const QUESTION = { prompt: 'Which?', schema: { enum: ['red', 'blue'] } }

async function call(headway: FakeHeadway, request: string, body?: object): Promise<Response> {
  const [method = 'GET', path = ''] = request.split(' ')
  return fetch(`${headway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${headway.tokenFor('ada')}` },
    ...(body && { body: JSON.stringify(body) }),
  })
}

it('sends nothing that the schemas of the protocol refuse', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  const job = headway.startJob('ada', 'import', { count: 2 })
  await client.request('subscribe:job', job.jobId, {})
  job.progress(10, 'begun')
  job.step('load', 'started')
  job.step('load', 'completed', { total: 2 })
  job.text('ä'.repeat(5_000))
  job.artifact('a.csv', 'a;b', 'text/csv')
  void job.ask('colour', QUESTION)
  await client.request('answer:job', job.jobId, 'colour', 'red')
  job.retry()
  job.fail('boom')
  await call(headway, `POST /api/jobs/${job.jobId}/resume`)
  await call(headway, `PATCH /api/jobs/${job.jobId}/cancel`)
  await client.settle()
  const types = new Set(client.events.map(({ type }) => type))
  expect(types.size).toBe(14)
  for (const message of client.events) {
    expect(messageSchema.safeParse(message)).toMatchObject({ success: true })
    expect(payloadSchemas[message.type as 'JOB_STEP'].safeParse(message.payload).error).toBeUndefined()
  }
})

it('runs a script for each start, and goes on in it after an answer', async () => {
  const headway = await openHeadway()
  const attempts: number[] = []
  headway.onStart('paint', async (job) => {
    job.start()
    attempts.push(job.view.attempt)
    job.text('Colour: ')
    const colour = await job.ask('colour', QUESTION)
    job.text(String(colour))
    job.complete({ colour })
  })
  const client = await openStockClient(headway, 'ada')
  const { jobId } = (await (await call(headway, 'POST /api/jobs', { type: 'paint' })).json()) as JobView
  await until(() => client.types.includes('JOB_QUESTION'))
  expect(await client.request('answer:job', jobId, 'colour', 'green')).toMatchObject({ ok: false })
  expect(await client.request('answer:job', jobId, 'colour', 'red')).toEqual({ ok: true })
  await until(() => client.types.includes('JOB_COMPLETED'))
  expect(headway.job(jobId).view).toMatchObject({ result: { colour: 'red' }, attempt: 2 })
  expect(await (await call(headway, `GET /api/jobs/${jobId}/text`)).text()).toBe('Colour: red')
  expect(attempts).toEqual([1])
})

it('fails a job whose script throws, and runs the script again after a resume, with the text of completed steps', async () => {
  const headway = await openHeadway()
  let runs = 0
  const end = headway.onStart('import', (job) => {
    runs += 1
    if (runs === 1) job.text('kept ')
    if (runs === 1) job.step('load')
    job.text(`run ${runs}`)
    if (runs === 1) throw new Error('boom')
    job.complete()
  })
  const job = headway.startJob('ada', 'import')
  await until(() => job.state === 'failed')
  expect(job.view).toMatchObject({ error: 'boom', errorCode: 'internal' })
  expect((await call(headway, `POST /api/jobs/${job.jobId}/resume`)).status).toBe(202)
  await until(() => job.state === 'completed')
  expect(await (await call(headway, `GET /api/jobs/${job.jobId}/text`)).text()).toBe('kept run 2')
  end()
  expect(headway.startJob('ada', 'import').state).toBe('queued')
})

it('cancels a running job at once, unless its worker does not listen', async () => {
  const headway = await openHeadway()
  const [quick, deaf] = [headway.startJob('ada', 'import'), headway.startJob('ada', 'import')]
  quick.progress(10)
  deaf.progress(10)
  deaf.ignoreCancel()
  for (const { jobId } of [quick, deaf]) {
    const view = (await (await call(headway, `PATCH /api/jobs/${jobId}/cancel`)).json()) as JobView
    expect(view).toMatchObject({ state: 'running', cancelRequested: true })
  }
  expect(quick.state).toBe('cancelled')
  quick.progress(20)
  expect(quick.view.progress).toBe(10)
  expect(deaf.view).toMatchObject({ state: 'running', cancelRequested: true })
  deaf.cancel()
  expect(deaf.view).toMatchObject({ state: 'cancelled', cancelRequested: false })
})

it('cancels a job that is to be cancelled when its worker gives it back, and lets one that is done end', async () => {
  const headway = await openHeadway()
  const ends = [
    (job: FakeJob) => job.retry(),
    (job: FakeJob) => void job.ask('colour', QUESTION),
    (job: FakeJob) => job.complete(),
  ]
  const states: string[] = []
  for (const end of ends) {
    const job = headway.startJob('ada', 'import')
    job.ignoreCancel()
    job.start()
    await call(headway, `PATCH /api/jobs/${job.jobId}/cancel`)
    end(job)
    states.push(job.state)
  }
  expect(states).toEqual(['cancelled', 'cancelled', 'completed'])
})

it('tells the test what it can not do with a job', async () => {
  const headway = await openHeadway()
  expect(() => headway.job()).toThrow('There is no job yet. Known are: none.')
  const job = headway.startJob('ada', 'import')
  expect(headway.job().jobId).toBe(job.jobId)
  void job.ask('colour', QUESTION)
  expect(() => job.complete()).toThrow(/is waiting: no worker has it/)
  job.cancel('no time')
  const other = headway.startJob('ada', 'import')
  other.complete()
  expect(() => other.progress(1)).toThrow(/is completed already/)
  expect(() => headway.tokenFor('no user')).toThrow('is no user id')
})

it('serves files and text in parts, to their user alone', async () => {
  const headway = await openHeadway()
  const job = headway.startJob('ada', 'import')
  job.artifact('ä.txt', 'first')
  const { artifactId } = job.artifact('ä.txt', 'second')
  expect(job.view.artifacts).toEqual([{ artifactId, name: 'ä.txt', contentType: 'text/plain', size: 6 }])
  const path = `/api/jobs/${job.jobId}/artifacts/${artifactId}`
  const own = await fetch(`${headway.url}${path}?token=${headway.tokenFor('ada')}`)
  expect(await own.text()).toBe('second')
  expect((await fetch(`${headway.url}${path}?token=${headway.tokenFor('bob')}`)).status).toBe(404)
  job.text('0123456789')
  const headers = { authorization: `Bearer ${headway.tokenFor('ada')}` }
  const part = async (range: string): Promise<string> => {
    const url = `${headway.url}/api/jobs/${job.jobId}/text`
    const response = await fetch(url, { headers: { ...headers, range: `bytes=${range}` } })
    return `${response.status} ${response.status === 206 ? await response.text() : ''}`
  }
  expect([await part('4-'), await part('2-3'), await part('-3'), await part('10-')]).toEqual([
    '206 456789',
    '206 23',
    '206 789',
    '416 ',
  ])
})

it('offers the operations that it was given, and says why one can not be started', async () => {
  const inputSchema = { type: 'object', required: ['url'], properties: { url: { type: 'string' } } }
  const headway = await openHeadway({
    operations: [
      { type: 'crawl', inputSchema },
      { type: 'paint', unavailableReason: 'no brush' },
    ],
  })
  expect(await (await call(headway, 'GET /api/operations')).json()).toEqual({
    operations: [
      { type: 'crawl', description: '', inputSchema, available: true },
      {
        type: 'paint',
        description: '',
        inputSchema: { type: 'object' },
        available: false,
        reason: 'no brush',
      },
    ],
  })
  expect((await call(headway, 'POST /api/jobs', { type: 'paint' })).status).toBe(503)
  expect(await (await call(headway, 'POST /api/jobs', { type: 'crawl' })).json()).toMatchObject({
    code: 'bad_request',
    errors: [{ pointer: '#/url', detail: 'is required' }],
  })
})

it('says when a client is there and follows a job', async () => {
  const headway = await openHeadway()
  const job = headway.startJob('ada', 'import')
  const seen: string[] = []
  const connected = headway.connected('ada').then(() => seen.push('connected'))
  const followed = job.followed().then(() => seen.push('followed'))
  const client = await openStockClient(headway, 'ada')
  await connected
  expect(seen).toEqual(['connected'])
  await client.request('subscribe:job', job.jobId, {})
  await followed
  expect(seen).toEqual(['connected', 'followed'])
})
