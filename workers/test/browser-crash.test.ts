import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { Deployment } from './support/deployment.ts'

let deployment: Deployment
beforeEach(async () => {
  deployment = await Deployment.open()
})
afterEach(() => deployment.close())

const none = z.object({})

it('a job whose browser crashes is told so at once, whatever it waits for just then', async () => {
  const absent = defineOperation({
    type: 'absent',
    description: 'Has a browser, waits for something else, and does not listen.',
    input: none,
    timeoutMs: 60_000,
    maxFailures: 1,
    browser: true,
    run: () => new Promise(() => {}),
  })
  const worker = await deployment.startWorker({ operations: [absent] })
  const jobId = await deployment.createJob('absent', {})
  await deployment.tap.sees(jobId, 'JOB_RUNNING')
  process.kill(worker.browserPids[0]!, 'SIGKILL')
  const [failed] = await deployment.tap.sees(jobId, 'JOB_FAILED')
  expect(failed?.payload).toMatchObject({ code: 'browser_crashed', retryable: true, attempt: 1 })
})

it('a step that was completed before a crash does not run again', async () => {
  let runs = 0
  const twoSteps = defineOperation({
    type: 'two-steps',
    description: 'Loses its browser between two steps.',
    input: none,
    timeoutMs: 60_000,
    browser: true,
    async run(ctx) {
      await ctx.step('first', () => (runs += 1))
      const page = await ctx.browser().newPage()
      if (ctx.attempt === 1) await page.goto('chrome://crash')
      return ctx.step('second', () => page.evaluate('40 + 2'))
    },
  })
  await deployment.startWorker({ operations: [twoSteps] })
  const jobId = await deployment.createJob('two-steps', {})
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ result: 42, attempt: 2 })
  expect(runs).toBe(1)
  expect(deployment.tap.ofJob(jobId, 'JOB_QUEUED').at(-1)?.payload).toMatchObject({ reason: 'retry' })
})

it('a job that finds no free browser in time goes back to the queue, and has not failed', async () => {
  const gate = Promise.withResolvers<void>()
  const holding = defineOperation({
    type: 'holding',
    description: 'Holds its browser until it is let go.',
    input: none,
    timeoutMs: 60_000,
    maxFailures: 1,
    browser: true,
    run: () => gate.promise,
  })
  const pool = { maxBrowsers: 1, contextsPerBrowser: 1, waitMs: 500 }
  await deployment.startWorker({ operations: [holding], browsers: { pool } })
  const jobIds = await Promise.all([1, 2].map(() => deployment.createJob('holding', {})))
  const reasons = () =>
    jobIds.flatMap((jobId) => deployment.tap.ofJob(jobId, 'JOB_QUEUED').map(({ payload }) => payload.reason))
  await expect.poll(reasons).toContain('busy')
  gate.resolve()
  for (const jobId of jobIds) await deployment.reaches(jobId, 'completed')
})
