import { randomUUID } from 'node:crypto'
import { userChannel } from '@headway/events'
import { describe, expect, it } from 'vitest'
import {
  noteAnswer,
  noteSending,
  recordSubmission,
  takeOrder,
  type Attempt,
  type JobEngine,
} from '../src/index.ts'
import { newOrder, storeOrders } from './support/test-orders.ts'
import { createTestJob, openTestEngine, typesOf, type TestJob } from './support/test-engine.ts'

const LEASE = { dispatch: 1, workerId: 'w1', leaseMs: 15_000 }

/** A job that runs, and an order that it brings into the ERP. */
async function open() {
  const { engine, messages } = await openTestEngine()
  const job = await createTestJob(engine)
  const { userId, jobId } = job
  const order = newOrder()
  await storeOrders(engine, userId, [order])
  const orderId = order.id
  const attempt = (await engine.attempts.claim({ jobId, ...LEASE }))!
  await attempt.running()
  const submission = { userId, orderId, jobId }
  const take = (by: Attempt = attempt) => by.transact((trx) => takeOrder(trx, submission))
  const find = () => engine.orders.find({ userId, orderId })
  const told = async () => {
    await engine.relay.flush([userChannel(userId)])
    return typesOf(await messages(userChannel(userId))).filter((type) => type === 'PENDING_UPDATED').length
  }
  return { engine, job, order, attempt, submission, take, find, told }
}

/** Another job of the same user, in the hands of a worker. */
async function another(engine: JobEngine, { userId }: TestJob) {
  const { jobId } = await createTestJob(engine, userId)
  const attempt = (await engine.attempts.claim({ jobId, ...LEASE }))!
  await attempt.running()
  return { jobId, attempt }
}

describe('an order on its way into the ERP', () => {
  it('is taken by one job, once, and is that job’s in every later attempt (J70)', async () => {
    const { engine, job, submission, take, find, told } = await open()
    expect(await take()).toMatchObject({ outcome: 'taken', order: { state: 'submitting', version: 2 } })
    expect(await take()).toMatchObject({ outcome: 'taken', order: { version: 2 } })
    expect(await told()).toBe(1)
    const other = await another(engine, job)
    const theirs = { ...submission, jobId: other.jobId }
    expect(await other.attempt.transact((trx) => takeOrder(trx, theirs))).toMatchObject({
      outcome: 'conflict',
      order: { state: 'submitting' },
    })
    await other.attempt.fail({ error: 'taken', code: 'conflict', retryable: false })
    expect(await find()).toMatchObject({ state: 'submitting' })
    const missing = { ...submission, orderId: randomUUID() }
    expect(await engine.db.transaction().execute((trx) => takeOrder(trx, missing))).toEqual({
      outcome: 'not_found',
    })
    const foreign = { ...submission, userId: 'somebody-else' }
    expect(await engine.db.transaction().execute((trx) => takeOrder(trx, foreign))).toEqual({
      outcome: 'not_found',
    })
  })

  it.each([
    ['failed', 'fails', (attempt: Attempt) => attempt.fail({ error: 'no', code: 'x', retryable: true })],
    ['draft', 'is cancelled', (attempt: Attempt) => attempt.cancelled()],
  ])('is %s when its job %s, in the same transaction (J70)', async (state, _how, end) => {
    const { engine, job, order, attempt, submission, take, find, told } = await open()
    const { userId } = job
    await take()
    await end(attempt)
    expect(await find()).toMatchObject({ state, version: 3 })
    expect(await told()).toBe(2)
    // Whoever mends it brings it there by another job.
    await engine.orders.upsertBatch({ userId, orders: [{ ...order, version: 3, note: 'mended' }] })
    expect(await find()).toMatchObject({ state: 'draft', version: 4, note: 'mended' })
    const other = await another(engine, job)
    const taking = other.attempt.transact((trx) => takeOrder(trx, { ...submission, jobId: other.jobId }))
    expect(await taking).toMatchObject({ outcome: 'taken', order: { version: 5 } })
  })

  it('is given back by a cancel while no worker has its job, and by the reconciler (J70)', async () => {
    const { engine, job, attempt, submission, take, find } = await open()
    await take()
    await attempt.requeue('retry', { failure: true })
    expect(await find()).toMatchObject({ state: 'submitting' })
    await engine.jobs.cancel({ ...job, by: 'user' })
    expect(await find()).toMatchObject({ state: 'draft' })

    const other = await another(engine, job)
    await other.attempt.transact((trx) => takeOrder(trx, { ...submission, jobId: other.jobId }))
    await engine.db
      .updateTable('jobs')
      .set({ lease_until: new Date(0), losses: 4 })
      .where('job_id', '=', other.jobId)
      .execute()
    await engine.reconciler.run()
    expect(await engine.jobs.view(job.userId, other.jobId)).toMatchObject({ errorCode: 'worker_lost' })
    expect(await find()).toMatchObject({ state: 'failed' })
  })

  it('stays submitted, whatever becomes of its job after that (J70)', async () => {
    const { attempt, submission, take, find, told } = await open()
    await take()
    for (let time = 0; time < 2; time += 1) {
      await attempt.transact((trx) => recordSubmission(trx, { ...submission, erpNumber: 'ERP-1' }))
    }
    expect(await take()).toMatchObject({ outcome: 'submitted', order: { erpNumber: 'ERP-1' } })
    await attempt.cancelled()
    expect(await find()).toMatchObject({ state: 'submitted', erpNumber: 'ERP-1' })
    expect(await told()).toBe(2)
  })

  it('is known to have been sent until there is an answer, also by a later job (J71)', async () => {
    const { engine, job, attempt, submission, take } = await open()
    expect(await take()).toMatchObject({ sentMsAgo: undefined })
    await attempt.transact((trx) => noteSending(trx, submission))
    await attempt.cancelled()
    const other = await another(engine, job)
    const theirs = { ...submission, jobId: other.jobId }
    const again = () => other.attempt.transact((trx) => takeOrder(trx, theirs))
    expect(await again()).toMatchObject({ outcome: 'taken', sentMsAgo: expect.any(Number) })
    await other.attempt.transact((trx) => noteAnswer(trx, theirs))
    expect(await again()).toMatchObject({ outcome: 'taken', sentMsAgo: undefined })
  })
})

describe('a change of the database', () => {
  it('is refused to an attempt that has lost its job (J72)', async () => {
    const { engine, attempt, take, find } = await open()
    await engine.db.updateTable('jobs').set({ attempt: 2 }).execute()
    await expect(take()).rejects.toMatchObject({ name: 'FencedError' })
    const commit = attempt.commitStep('late', async () => ({ result: 1, durationMs: 0 }))
    await expect(commit).rejects.toMatchObject({ name: 'FencedError' })
    expect(await find()).toMatchObject({ state: 'draft' })
  })

  it('and the step that it is are there together, or neither (J72)', async () => {
    const { attempt, submission, find } = await open()
    await attempt.beginStep('take')
    const failing = attempt.commitStep('take', async (trx) => {
      await takeOrder(trx, submission)
      throw new Error('the step fails')
    })
    await expect(failing).rejects.toThrow('the step fails')
    expect(await find()).toMatchObject({ state: 'draft' })
    expect(attempt.completedStep('take')).toBeUndefined()
    await attempt.beginStep('take')
    const result = await attempt.commitStep('take', async (trx) => {
      const { outcome } = await takeOrder(trx, submission)
      return { result: outcome, durationMs: 5 }
    })
    expect(result).toBe('taken')
    expect(attempt.completedStep('take')).toEqual({ result: 'taken' })
    expect(await find()).toMatchObject({ state: 'submitting' })
  })
})
