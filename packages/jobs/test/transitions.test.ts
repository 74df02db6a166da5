import { randomUUID } from 'node:crypto'
import { JOB_STATES, canTransition, isTerminalState, type JobState } from '@headway/events'
import type { Kysely, Transaction } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, uniqueUserId, type TestDatabase } from '@headway/test-kit'
import type { Database, JobRow } from '../src/database/database.ts'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open-database.ts'
import { enqueue } from '../src/transitions/enqueue.ts'
import { jobCancelled, jobQueued } from '../src/transitions/lifecycle-messages.ts'
import { announce, transition, type Announcement } from '../src/transitions/transition.ts'
import { silentLogger } from './support/test-engine.ts'

const cells = JOB_STATES.flatMap((from) => JOB_STATES.map((to) => [from, to] as const))

let db: Kysely<Database>
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  db = openDatabase({ url: database.url, logger: silentLogger })
  await migrate(db)
})

afterAll(async () => {
  await db.destroy()
  await database.drop()
})

async function insertJob(state: JobState): Promise<string> {
  const jobId = randomUUID()
  await db
    .insertInto('jobs')
    .values({
      job_id: jobId,
      user_id: uniqueUserId(),
      operation_type: 'rehearse',
      state,
      version: 7,
      attempt: 3,
      dispatch: 2,
      input: '{}',
      worker_id: 'w1',
      lease_until: new Date(),
      created_at: new Date(),
    })
    .execute()
  return jobId
}

function inTransaction<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db.transaction().execute(work)
}

function move(jobId: string, to: JobState, messages: Announcement[] = [jobCancelled]) {
  return inTransaction((trx) => transition(trx, { jobId, to, messages }))
}

function queueFrom(jobId: string, from: JobState[]) {
  return inTransaction((trx) => transition(trx, { jobId, to: 'queued', from, messages: [] }))
}

function rowOf(jobId: string): Promise<JobRow> {
  return db.selectFrom('jobs').where('job_id', '=', jobId).selectAll().executeTakeFirstOrThrow()
}

function outboxOf(jobId: string) {
  return db.selectFrom('outbox').where('body', 'like', `%${jobId}%`).orderBy('id').selectAll().execute()
}

describe('transition', () => {
  it.each(cells.filter(([from, to]) => canTransition(from, to)))(
    'moves a job from %s to %s, with its messages (J2)',
    async (from, to) => {
      const jobId = await insertJob(from)
      const job = await move(jobId, to)
      expect(job).toMatchObject({ state: to, version: 8 })
      expect(await rowOf(jobId)).toEqual(job)
      const messages = (await outboxOf(jobId)).filter(({ kind }) => kind === 'message')
      expect(messages.map(({ channel }) => channel)).toEqual([`user:${job?.user_id}`, `job:${jobId}`])
    },
  )

  it.each(cells.filter(([from, to]) => !canTransition(from, to)))(
    'refuses to move a job from %s to %s, and says nothing (J2)',
    async (from, to) => {
      const jobId = await insertJob(from)
      const before = await rowOf(jobId)
      expect(await move(jobId, to)).toBeUndefined()
      expect(await rowOf(jobId)).toEqual(before)
      expect(await outboxOf(jobId)).toEqual([])
    },
  )

  it.each(JOB_STATES.filter((state) => state !== 'running'))(
    'takes the lease from a job that enters %s',
    async (to) => {
      const from = JOB_STATES.find((state) => canTransition(state, to))
      if (from === undefined) return
      const job = await move(await insertJob(from), to)
      expect(job).toMatchObject({ worker_id: null, lease_until: null })
      expect(job?.finished_at !== null).toBe(isTerminalState(to))
    },
  )

  it('gives a queued job a new turn, behind its messages (J3)', async () => {
    const jobId = await insertJob('running')
    const notBefore = new Date(Date.now() + 60_000)
    const job = await inTransaction((trx) => enqueue(trx, { jobId, reason: 'retry', notBefore }))
    expect(job).toMatchObject({ dispatch: 3, queued_reason: 'retry', not_before: notBefore })
    const rows = await outboxOf(jobId)
    expect(rows.map(({ kind }) => kind)).toEqual(['message', 'message', 'dispatch'])
    expect(rows.at(-1)?.channel).toBe(`job:${jobId}`)
    expect(JSON.parse(rows[2]!.body)).toEqual({ jobId, dispatch: 3, notBefore: notBefore.toISOString() })
    expect(JSON.parse(rows[0]!.body).payload).toMatchObject({
      version: 8,
      reason: 'retry',
      notBefore: notBefore.toISOString(),
    })
  })

  it('gives each of several messages a version of its own (J4)', async () => {
    const jobId = await insertJob('failed')
    const job = await inTransaction((trx) =>
      transition(trx, { jobId, to: 'queued', messages: [jobCancelled, jobQueued('resumed')] }),
    )
    expect(job?.version).toBe(9)
    const rows = (await outboxOf(jobId)).filter(({ channel }) => channel.startsWith('job:'))
    const payloads = rows.filter(({ kind }) => kind === 'message').map(({ body }) => JSON.parse(body).payload)
    expect(payloads.map(({ version }) => version)).toEqual([8, 9])
  })

  it('leaves a job alone whose attempt is another (J5)', async () => {
    const jobId = await insertJob('running')
    const change = (attempt: number) =>
      inTransaction((trx) =>
        transition(trx, {
          jobId,
          to: 'completed',
          where: (job) => job('attempt', '=', attempt),
          messages: [jobCancelled],
        }),
      )
    expect(await change(2)).toBeUndefined()
    expect(await change(3)).toMatchObject({ state: 'completed' })
  })

  it('moves a job once when two try at the same time (J5)', async () => {
    const jobId = await insertJob('queued')
    const moved = await Promise.all([move(jobId, 'running'), move(jobId, 'running')])
    expect(moved.filter((job) => job !== undefined)).toHaveLength(1)
  })

  it('forgets the messages of a transaction that rolls back', async () => {
    const jobId = await insertJob('running')
    const failing = inTransaction(async (trx) => {
      await transition(trx, { jobId, to: 'completed', messages: [jobCancelled] })
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await outboxOf(jobId)).toEqual([])
    expect((await rowOf(jobId)).state).toBe('running')
  })

  it('narrows the states it may come from, and never widens them', async () => {
    const running = await insertJob('running')
    expect(await queueFrom(running, ['failed', 'cancelled'])).toBeUndefined()
    expect(await queueFrom(await insertJob('completed'), ['completed'])).toBeUndefined()
  })
})

describe('announce', () => {
  it('raises the version of a job that stays in its state (J4)', async () => {
    const jobId = await insertJob('running')
    const job = await inTransaction((trx) =>
      announce(trx, { jobId, state: 'running', messages: [jobCancelled], set: { label: 'on' } }),
    )
    expect(job).toMatchObject({ state: 'running', version: 8, label: 'on', worker_id: 'w1' })
    expect(await outboxOf(jobId)).toHaveLength(2)
  })
})
