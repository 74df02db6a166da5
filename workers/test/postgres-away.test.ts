import type { Logger } from '@headway/event-log'
import { DatabaseAwayError } from '@headway/jobs'
import { FaultProxy } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import type { OperationContext } from '../src/operation-context.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

interface Outage {
  begin: () => void
  end: () => void
}

/** Runs a job whose first failure is its last by a worker that can lose its way to Postgres; this test keeps its own. */
async function run(
  work: (ctx: OperationContext, outage: Outage) => Promise<unknown>,
  endsWith: string,
): Promise<{ deployment: Deployment; jobId: string }> {
  const deployment = await Deployment.open()
  const url = new URL(deployment.databaseUrl)
  const proxy = await FaultProxy.start({ targets: [Number(url.port)] })
  url.host = `127.0.0.1:${proxy.port}`
  onTestFinished(async () => {
    proxy.set({ mode: 'pass' })
    await deployment.close()
    await proxy.stop()
  })
  const outage: Outage = {
    begin() {
      proxy.set({ mode: 'refuse' })
      proxy.reset()
    },
    end: () => proxy.set({ mode: 'pass' }),
  }
  const operation = defineOperation({
    type: 'test',
    description: 'A test.',
    input: z.object({}),
    timeoutMs: 60_000,
    maxFailures: 1,
    run: (ctx) => work(ctx, outage),
  })
  // It has met the outage when it says so.
  const warn: Logger['warn'] = (fields, message) => {
    testLogger.warn(fields, message)
    if (message?.includes(endsWith)) outage.end()
  }
  const logger = { ...testLogger, warn }
  await deployment.startWorker({ databaseUrl: url.href, operations: [operation], leaseMs: 20_000, logger })
  return { deployment, jobId: await deployment.createJob('test', {}) }
}

async function failuresOf({ engine }: Deployment): Promise<number> {
  return (await engine.db.selectFrom('jobs').select('failures').executeTakeFirstOrThrow()).failures
}

it('writes what a step has brought when Postgres is back, and runs it once (J29, J77)', async () => {
  let runs = 0
  const { deployment, jobId } = await run(async (ctx, outage) => {
    const found = await ctx.step('load', () => {
      outage.begin()
      runs += 1
      return runs
    })
    return { found }
  }, 'what a job has done is written when it is back')
  const job = await deployment.reaches(jobId, 'completed')
  expect(job).toMatchObject({
    attempt: 1,
    result: { found: 1 },
    steps: [{ name: 'load', status: 'completed' }],
  })
  expect(await failuresOf(deployment)).toBe(0)
  expect(runs).toBe(1)
})

it('begins a step when Postgres is back (J77)', async () => {
  const { deployment, jobId } = await run((ctx, outage) => {
    outage.begin()
    return ctx.step('load', () => 1)
  }, 'what a job has done is written when it is back')
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ attempt: 1, result: 1 })
})

it('gives a job back whose own transaction Postgres did not take, and counts no failure (J77)', async () => {
  const errors: unknown[] = []
  const { deployment, jobId } = await run(async (ctx, outage) => {
    if (ctx.attempt > 1) return 'the second attempt'
    outage.begin()
    return ctx
      .transact(async () => 'the first')
      .catch((error: unknown) => {
        errors.push(error)
        throw new Error('It could not be stored.', { cause: error })
      })
  }, 'the end of a job could not be written yet')
  const job = await deployment.reaches(jobId, 'completed')
  expect(job).toMatchObject({ attempt: 2, result: 'the second attempt' })
  expect(errors).toEqual([expect.any(DatabaseAwayError)])
  expect(await failuresOf(deployment)).toBe(0)
})
