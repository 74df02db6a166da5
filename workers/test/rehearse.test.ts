import { createHash } from 'node:crypto'
import { waitFor } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Deployment } from './support/deployment.ts'

let deployment: Deployment

beforeAll(async () => {
  deployment = await Deployment.open()
  await deployment.startWorker()
})
afterAll(() => deployment.close())

describe('a job', () => {
  it('tells of its life in order, on both channels', async () => {
    const { tap, userId } = deployment
    const jobId = await deployment.createJob('rehearse', {
      steps: 2,
      stepMs: 20,
      chunkBytes: 10,
      artifacts: 1,
    })
    await tap.sees(jobId, 'JOB_COMPLETED')

    const lifecycle = ['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED']
    const onJob = tap.ofJob(jobId).map(({ type }) => type)
    expect(onJob.filter((type) => lifecycle.includes(type))).toEqual(lifecycle)
    const onUser = () =>
      tap
        .ofUser(userId)
        .flatMap(({ type, payload }) => ('jobId' in payload && payload.jobId === jobId ? type : []))
    await expect.poll(() => onUser().filter((type) => lifecycle.includes(type))).toEqual(lifecycle)
    expect(onUser()).toContain('JOB_ARTIFACT')
    expect(onUser()).not.toContain('JOB_STEP')

    const durable = tap.ofJob(jobId).filter(({ seq }) => seq !== undefined)
    expect(durable.slice(1).every(({ prev }, index) => prev === durable[index]?.seq)).toBe(true)
    expect(onJob.indexOf('JOB_RUNNING')).toBeLessThan(onJob.indexOf('JOB_STEP'))
    expect(onJob.indexOf('JOB_PROGRESS')).toBeGreaterThan(onJob.indexOf('JOB_RUNNING'))
    expect(onJob.at(-1)).toBe('JOB_COMPLETED')
  })

  it('sends every progress, counted, in order', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 4, stepMs: 20, progressPerStep: 50 })
    await deployment.tap.sees(jobId, 'JOB_COMPLETED')
    const progress = deployment.tap.ofJob(jobId, 'JOB_PROGRESS').map(({ payload }) => payload)
    expect(progress.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(
      progress.every(({ progress: percent }, index) => percent >= (progress[index - 1]?.progress ?? 0)),
    ).toBe(true)
    expect(progress.at(-1)).toMatchObject({ attempt: 1, progress: 100, label: 'Step 4 of 4' })
    expect(await deployment.view(jobId)).toMatchObject({ state: 'completed', progress: 100, progressN: 200 })
  })

  it('streams its text and proves at the end that it is whole', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 5, stepMs: 5, chunkBytes: 1000 })
    const [completed] = await deployment.tap.sees(jobId, 'JOB_COMPLETED')
    const streamed = deployment.tap.ofJob(jobId, 'JOB_CHUNK').map(({ payload }) => payload)
    const text = streamed.map((chunk) => chunk.text).join('')
    expect(Buffer.byteLength(text)).toBe(5000)
    expect(streamed.every(({ offset }, index) => offset === (streamed[index - 1]?.end ?? 0))).toBe(true)
    expect(completed?.payload).toMatchObject({ textEnd: 5000, textSha256: sha256(text) })
    expect(await deployment.text(jobId)).toBe(text)
  })

  it('keeps its files', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 1, stepMs: 0, artifacts: 2 })
    const job = await deployment.reaches(jobId, 'completed')
    expect(job.artifacts.map(({ name, contentType }) => [name, contentType])).toEqual([
      ['rehearsal-1.txt', 'text/plain'],
      ['rehearsal-2.txt', 'text/plain'],
    ])
    const artifactId = job.artifacts[1]?.artifactId ?? ''
    const found = await deployment.engine.artifacts.find(deployment.userId, jobId, artifactId)
    const content = await deployment.engine.artifacts.get(found?.key ?? '')
    expect(content.toString()).toBe(`File 2 of 2 of job ${jobId}.\n`)
  })

  it('is tried again after a failure, then fails, then goes on by a resume after its last completed step', async () => {
    const { tap } = deployment
    const input = { steps: 4, stepMs: 1, chunkBytes: 100, failAtStep: 3 }
    const jobId = await deployment.createJob('rehearse', input)
    const [failed] = await tap.sees(jobId, 'JOB_FAILED')
    expect(failed?.payload).toMatchObject({
      attempt: 3,
      retryable: true,
      error: expect.stringContaining('Step 3'),
    })
    const queued = tap.ofJob(jobId, 'JOB_QUEUED').map(({ payload }) => payload)
    expect(queued.map(({ reason }) => reason)).toEqual(['created', 'retry', 'retry'])
    expect(queued.slice(1).every(({ notBefore }) => notBefore !== undefined)).toBe(true)

    await deployment.resume(jobId)
    const [completed] = await tap.sees(jobId, 'JOB_COMPLETED')
    expect(tap.ofJob(jobId, 'JOB_RESUMED')[0]?.payload).toMatchObject({ fromStep: 'step-2' })
    expect(tap.ofJob(jobId, 'JOB_RUNNING').at(-1)?.payload).toMatchObject({
      attempt: 4,
      resumedFrom: 'step-2',
      textOffset: 200,
    })
    const begun = tap.ofJob(jobId, 'JOB_STEP').filter(({ payload }) => payload.status === 'started')
    expect(begun.map(({ payload }) => payload.step)).toEqual([
      'step-1',
      'step-2',
      'step-3',
      'step-3',
      'step-3',
      'step-3',
      'step-4',
    ])
    const text = await deployment.text(jobId)
    expect(text.match(/\[\d]/g)).toEqual(['[1]', '[2]', '[3]', '[4]'])
    expect(completed?.payload).toMatchObject({ textEnd: 400, textSha256: sha256(text) })
  }, 20_000)

  it('is cancelled within a second', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 1, stepMs: 60_000, chunkBytes: 100 })
    await deployment.tap.sees(jobId, 'JOB_STEP')
    const start = performance.now()
    await deployment.cancel(jobId)
    const [cancelled] = await deployment.tap.sees(jobId, 'JOB_CANCELLED')
    expect(performance.now() - start).toBeLessThan(1000)
    expect(cancelled?.payload).toMatchObject({ reason: 'no longer wanted', by: 'user' })
    expect(await deployment.view(jobId)).toMatchObject({ state: 'cancelled', cancelRequested: false })
    const text = await deployment.engine.text.read(jobId, 0, 1000)
    expect(cancelled?.payload).toMatchObject({ textEnd: 100, textSha256: sha256(text.text.toString()) })
  })

  it('is cancelled also when the cancel channel was not heard', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 1, stepMs: 60_000 })
    await deployment.tap.sees(jobId, 'JOB_STEP')
    await deployment.engine.db
      .updateTable('jobs')
      .set({ cancel_requested_at: new Date(), cancelled_by: 'system' })
      .where('job_id', '=', jobId)
      .execute()
    const [cancelled] = await deployment.tap.sees(jobId, 'JOB_CANCELLED')
    expect(cancelled?.payload).toMatchObject({ by: 'system' })
  })

  it('is refused by the worker when its input is not valid', async () => {
    const jobId = await deployment.createJob('rehearse', { steps: 0, stepMs: 1, extra: true })
    const job = await deployment.reaches(jobId, 'failed')
    expect(job).toMatchObject({ errorCode: 'bad_request', error: expect.stringContaining('steps') })
    expect(deployment.tap.ofJob(jobId, 'JOB_RUNNING')).toEqual([])
  })
})

it('registers what it runs, with schemas for forms', async () => {
  const operations = await waitFor(() => deployment.engine.operations.list())
  expect(operations.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['capture-page', 'extract-page', 'rehearse', 'submit-order', 'update-customer']),
  )
  const schema = operations.find(({ type }) => type === 'rehearse')?.inputSchema
  expect(schema).toMatchObject({
    type: 'object',
    required: ['steps', 'stepMs'],
    additionalProperties: false,
    properties: {
      steps: { type: 'integer', minimum: 1, maximum: 1000, title: 'Steps' },
      chunkBytes: { default: 0 },
    },
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
