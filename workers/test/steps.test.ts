import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { FinalError, RetryableError } from '../src/errors.ts'
import type { OperationContext } from '../src/operation-context.ts'
import { Deployment } from './support/deployment.ts'

/** Runs a job of an operation of the test's own to its end. */
async function run(work: (ctx: OperationContext) => Promise<unknown>) {
  const deployment = await Deployment.open()
  onTestFinished(() => deployment.close())
  const operation = defineOperation({
    type: 'test',
    description: 'A test.',
    input: z.object({}),
    timeoutMs: 10_000,
    run: work,
  })
  await deployment.startWorker({ operations: [operation] })
  const jobId = await deployment.createJob('test', {})
  return { deployment, jobId }
}

it('has one step of a name: a second one is an error that no retry helps', async () => {
  const { deployment, jobId } = await run(async (ctx) => {
    await ctx.step('load', () => 1)
    return ctx.step('load', () => 2)
  })
  const job = await deployment.reaches(jobId, 'failed')
  expect(job.attempt).toBe(1)
  expect(job.error).toContain('The step load has run already. Steps of a job need different names')
})

it('tells of each step how many there will be, from when the operation knows it (J78)', async () => {
  const { deployment, jobId } = await run(async (ctx) => {
    await ctx.step('count', () => 1)
    ctx.expectSteps(2)
    await ctx.step('load', () => 1)
  })
  await deployment.reaches(jobId, 'completed')
  await deployment.tap.sees(jobId, 'JOB_STEP', 4)
  const steps = deployment.tap.ofJob(jobId, 'JOB_STEP').map(({ payload }) => payload)
  expect(steps.map(({ step, status, total }) => [step, status, total])).toEqual([
    ['count', 'started', undefined],
    ['count', 'completed', undefined],
    ['load', 'started', 2],
    ['load', 'completed', 2],
  ])
})

it.each([0, 1.5, Number.NaN])('refuses to expect %d steps', async (total) => {
  const { deployment, jobId } = await run(async (ctx) => ctx.expectSteps(total))
  const job = await deployment.reaches(jobId, 'failed')
  expect(job).toMatchObject({ attempt: 1, error: expect.stringContaining(`can't have ${total} steps`) })
})

it.each(['a\0b', 'a\uD83D'])('refuses a name that Postgres would not find again: %j', async (name) => {
  const { deployment, jobId } = await run((ctx) => ctx.step(name, () => 1))
  const job = await deployment.reaches(jobId, 'failed')
  expect(job).toMatchObject({ attempt: 1, steps: [], error: expect.stringContaining('name') })
})

it('lets an operation try a step again that has failed', async () => {
  let runs = 0
  const { deployment, jobId } = await run(async (ctx) => {
    const load = () =>
      ctx.step('load', () => {
        runs += 1
        if (runs === 1) throw new Error('Not yet.')
        return runs
      })
    return load().catch(load)
  })
  expect((await deployment.reaches(jobId, 'completed')).result).toBe(2)
})

it('keeps results of a step up to a size, and says where larger ones belong', async () => {
  const { deployment, jobId } = await run((ctx) => ctx.step('load', () => 'x'.repeat(1_048_576)))
  const job = await deployment.reaches(jobId, 'failed')
  expect(job.errorCode).toBe('payload_too_large')
  expect(job.error).toContain('Store what is large with ctx.artifact')
})

it.each([10n, () => 1])(
  'fails at once for a result of a step that is not JSON, and runs it once',
  async (result) => {
    let runs = 0
    const { deployment, jobId } = await run((ctx) =>
      ctx.step('load', () => {
        runs += 1
        return result
      }),
    )
    const job = await deployment.reaches(jobId, 'failed')
    expect(job).toMatchObject({
      attempt: 1,
      error: expect.stringContaining('The result of step load is not JSON'),
    })
    expect(runs).toBe(1)
  },
)

it('hands on the result of a step as later attempts get it, with the first run too', async () => {
  const seen: unknown[] = []
  const { deployment, jobId } = await run(async (ctx) => {
    seen.push(await ctx.step('date', () => ({ at: new Date(0), left: undefined })))
    seen.push(await ctx.step('nothing', () => undefined))
    if (ctx.attempt === 1) throw new RetryableError('Once more.')
  })
  await deployment.reaches(jobId, 'completed')
  const results = [{ at: '1970-01-01T00:00:00.000Z' }, null]
  expect(seen).toStrictEqual([...results, ...results])
})

it('fails at once with what an operation says, although it names it by no code', async () => {
  const { deployment, jobId } = await run(() => {
    throw new FinalError('The page is gone.', { code: 'gone\0' })
  })
  const job = await deployment.reaches(jobId, 'failed')
  expect(job).toMatchObject({ attempt: 1, errorCode: 'operation_failed' })
  expect(job.error).toMatch(/^The page is gone\./)
})

it.each(['text/plain\0', `text/${'x'.repeat(70_000)}`, ''])(
  'refuses an artifact whose content type no header could hold (%#)',
  async (contentType) => {
    const { deployment, jobId } = await run((ctx) => ctx.artifact('a.txt', 'a', contentType))
    const job = await deployment.reaches(jobId, 'failed')
    expect(job).toMatchObject({ attempt: 1, artifacts: [] })
    expect(job.error).toMatch(/^The content type of the artifact "a\.txt" is ".*set one like image\/png/)
  },
)

describe('within a transaction, which holds the job', () => {
  const within: [what: string, named: RegExp, call: (ctx: OperationContext) => Promise<unknown>][] = [
    ['a step', /^The step load /, (ctx) => ctx.step('load', () => 1)],
    ['an artifact', /^The artifact a\.txt /, (ctx) => ctx.artifact('a.txt', 'a', 'text/plain')],
    ['another transaction', /^A transaction /, (ctx) => ctx.transact(async () => null)],
    ['a step that is one', /^The step load /, (ctx) => ctx.transactStep('load', async () => null)],
  ]

  it.each(within)('%s is refused at once, instead of waiting for itself', async (_what, named, call) => {
    const { deployment, jobId } = await run((ctx) => ctx.transact(() => call(ctx)))
    const job = await deployment.reaches(jobId, 'failed')
    expect(job).toMatchObject({ attempt: 1, steps: [], artifacts: [], errorCode: 'operation_failed' })
    expect(job.error).toMatch(named)
    expect(job.error).toContain('Call it before or after the transaction.')
  })

  it('a step of its own takes no other step either', async () => {
    const { deployment, jobId } = await run((ctx) =>
      ctx.transactStep('outer', () => ctx.step('inner', () => 1)),
    )
    const job = await deployment.reaches(jobId, 'failed')
    expect(job).toMatchObject({ attempt: 1, steps: [{ name: 'outer', status: 'failed' }] })
    expect(job.error).toMatch(/^The step inner /)
  })

  it('what is called beside it only waits, and so does what it has begun and goes on after it', async () => {
    const { deployment, jobId } = await run(async (ctx) => {
      const after = Promise.withResolvers<void>()
      let late: Promise<number> | undefined
      const change = async () => {
        late = after.promise.then(() => ctx.step('late', () => 2))
      }
      const [, beside] = await Promise.all([ctx.transact(change), ctx.step('beside', () => 1)])
      after.resolve()
      return [beside, await late]
    })
    expect((await deployment.reaches(jobId, 'completed')).result).toEqual([1, 2])
  })
})
