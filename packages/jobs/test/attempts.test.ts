import { createHash } from 'node:crypto'
import type { MessageOf } from '@headway/events'
import { startTestRedis } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { FencedError, type Attempt, type JobEngine } from '../src/index.ts'
import { createTestJob, openTestEngine, typesOf, type TestJob } from './support/test-engine.ts'

const LEASE = { workerId: 'worker-1', leaseMs: 15_000 }

async function claim(engine: JobEngine, { jobId }: TestJob, dispatch = 1): Promise<Attempt> {
  const attempt = await engine.attempts.claim({ jobId, dispatch, ...LEASE })
  if (!attempt) throw new Error(`Job ${jobId} was not claimed.`)
  return attempt
}

/** Takes the job back from its attempt, as the reconciler does, and claims it again. */
async function claimAgain(engine: JobEngine, job: TestJob, dispatch = 2): Promise<Attempt> {
  await engine.db
    .updateTable('jobs')
    .set({ lease_until: new Date(0) })
    .where('job_id', '=', job.jobId)
    .execute()
  await engine.reconciler.run()
  return claim(engine, job, dispatch)
}

describe('a claim', () => {
  it('takes a job once, and raises its attempt (J25)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const turn = { jobId: job.jobId, dispatch: 1, ...LEASE }
    const claims = await Promise.all([engine.attempts.claim(turn), engine.attempts.claim(turn)])
    const won = claims.filter((attempt) => attempt !== undefined)
    expect(won).toHaveLength(1)
    expect(won[0]).toMatchObject({ jobId: job.jobId, attempt: 1, failures: 0, input: { steps: 1 } })
    for (const channel of job.channels) {
      expect(typesOf(await messages(channel))).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED'])
    }
  })

  it('takes nothing for an old turn, or for work of another kind or of none (J25)', async () => {
    const { engine } = await openTestEngine()
    const { jobId } = await createTestJob(engine)
    expect(await engine.attempts.claim({ jobId, dispatch: 0, ...LEASE })).toBeUndefined()
    const other = { jobId, dispatch: 1, operationTypes: ['other'], ...LEASE }
    expect(await engine.attempts.claim(other)).toBeUndefined()
    const none = { jobId, dispatch: 1, operationTypes: [], ...LEASE }
    expect(await engine.attempts.claim(none)).toBeUndefined()
    expect(await engine.attempts.putOff(none)).toBe('not-ours')
    expect(await engine.attempts.isQueued({ jobId, dispatch: 1 })).toBe(true)
    expect(await engine.attempts.isQueued({ jobId, dispatch: 0 })).toBe(false)
  })
})

describe('leases', () => {
  it('are renewed for the jobs that a worker runs, and say which are lost or to be cancelled (J26)', async () => {
    const { engine } = await openTestEngine()
    const [kept, cancelled, lost] = [
      await createTestJob(engine),
      await createTestJob(engine),
      await createTestJob(engine),
    ]
    for (const job of [kept, cancelled, lost]) await claim(engine, job)
    await engine.jobs.cancel({ userId: cancelled.userId, jobId: cancelled.jobId, by: 'user' })
    await claimAgain(engine, lost)
    await engine.db
      .updateTable('jobs')
      .set({ worker_id: 'worker-2' })
      .where('job_id', '=', lost.jobId)
      .execute()

    const jobIds = [kept, cancelled, lost].map(({ jobId }) => jobId)
    const held = await engine.attempts.renewLeases(LEASE.workerId, { leaseMs: 60_000, jobIds })
    expect(held.toSorted((a, b) => Number(a.cancelRequested) - Number(b.cancelRequested))).toEqual([
      { jobId: kept.jobId, attempt: 1, cancelRequested: false, preemptRequested: false },
      { jobId: cancelled.jobId, attempt: 1, cancelRequested: true, preemptRequested: false },
    ])
    const row = await engine.db
      .selectFrom('jobs')
      .where('job_id', '=', kept.jobId)
      .select('lease_until')
      .executeTakeFirstOrThrow()
    expect(row.lease_until?.getTime()).toBeGreaterThan(Date.now() + 50_000)
  })
})

it('keeps progress as it was sent, thirds included', async () => {
  const { engine } = await openTestEngine()
  const job = await createTestJob(engine)
  const attempt = await claim(engine, job)
  await attempt.running()
  await attempt.progress(100 / 3, 'a third')
  const live = await engine.jobs.view(job.userId, job.jobId)
  await attempt.fail({ error: 'enough', code: 'enough', retryable: true })
  const stored = await engine.jobs.view(job.userId, job.jobId)
  expect(live).toMatchObject({ progress: 33.33, progressN: 1 })
  expect(stored).toMatchObject({ progress: 33.33, progressN: 1 })
})

it('goes on sending progress behind a label that was cut in the middle of a character', async () => {
  const { engine } = await openTestEngine()
  const job = await createTestJob(engine)
  const attempt = await claim(engine, job)
  await attempt.running()
  await attempt.progress(10, `${'x'.repeat(499)}😀`)
  await attempt.progress(20, 'the next')
  const live = await engine.jobs.view(job.userId, job.jobId)
  expect(live).toMatchObject({ progress: 20, progressN: 2, label: 'the next' })
})

describe('an attempt that has lost its job', () => {
  const writes: [string, (attempt: Attempt) => Promise<unknown>][] = [
    ['a step', (attempt) => attempt.beginStep('late')],
    ['the end of a step', (attempt) => attempt.completeStep('open', 1, 1)],
    ['the failure of a step', (attempt) => attempt.failStep('open', 'no', 1)],
    ['an artifact', (attempt) => attempt.artifact('late.txt', 'late', 'text/plain')],
    ['its completion', (attempt) => attempt.complete('late')],
    ['its failure', (attempt) => attempt.fail({ error: 'late', code: 'late', retryable: false })],
    ['its cancellation', (attempt) => attempt.cancelled()],
    ['its return to the queue', (attempt) => attempt.requeue('retry', { failure: true })],
    ['that it runs', (attempt) => attempt.running()],
  ]

  it.each(writes)('cannot write %s (J27)', async (_what, write) => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const zombie = await claim(engine, job)
    await zombie.running()
    await zombie.beginStep('open')
    const owner = await claimAgain(engine, job)
    await owner.running()
    await owner.chunk('of the owner')
    await owner.flush()

    await expect(write(zombie)).rejects.toBeInstanceOf(FencedError)
    expect(zombie.lost.aborted).toBe(true)
    // Nothing was sealed, told or changed: the owner goes on and ends the job.
    await owner.chunk(', whole')
    await owner.complete('the owner')
    const [user] = job.channels
    const told = typesOf(await messages(user!)).filter((type) => type !== 'JOB_STEP')
    expect(told.slice(-4)).toEqual(['JOB_QUEUED', 'JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      result: 'the owner',
      attempt: 2,
      artifacts: [],
    })
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('of the owner, whole')
  })

  it('sends neither progress nor text, and throws nothing at its operation (J27)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const zombie = await claim(engine, job)
    await zombie.running()
    const owner = await claimAgain(engine, job)
    await owner.running()
    await owner.progress(40, 'of the owner')
    await zombie.progress(90, 'of the zombie')
    await zombie.chunk('of the zombie')
    await zombie.flush()
    expect(zombie.lost.aborted).toBe(true)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      progress: 40,
      label: 'of the owner',
      textEnd: 0,
    })
  })
})

describe('an attempt whose fence Redis has lost', () => {
  it('goes on writing, for the job is still its own (J28)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.chunk('one ')
    await attempt.flush()
    await redis.del(...job.channels.map((channel) => `hw:{${channel}}:fence:${job.jobId}`))
    await attempt.chunk('two')
    await attempt.progress(50, 'half')
    await attempt.flush()
    expect(attempt.lost.aborted).toBe(false)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      progress: 50,
      label: 'half',
      textEnd: 7,
    })
  })

  it('replaces the text of an earlier attempt to which Redis was set back (J28)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.chunk('of the first')
    await first.flush()
    // What a replica has that lags behind, and takes over later.
    const tag = `hw:{job:${job.jobId}}`
    const keys = [`${tag}:text`, `${tag}:text:meta`, `${tag}:fence:${job.jobId}`]
    const kept = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
    const second = await claimAgain(engine, job)
    await second.running()
    await second.chunk('of the second, which says more')
    await second.flush()
    await Promise.all(keys.map((key, index) => redis.restore(key, 0, kept[index]!, 'REPLACE')))
    await second.chunk(' than that')
    await second.flush()
    const { text } = await engine.text.read(job.jobId, 0, 100)
    expect(text.toString()).toBe('of the second, which says more than that')
  })

  it('fills up a text that Redis has lost in part (J28)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.chunk('one two ')
    await attempt.flush()
    await redis.set(`hw:{job:${job.jobId}}:text`, 'one ')
    await attempt.chunk('three')
    await attempt.flush()
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('one two three')
  })
})

describe('steps and texts', () => {
  it('go on after the last completed step, with the text as it was then (J29)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.beginStep('a')
    await first.chunk('text of a. ')
    await first.completeStep('a', { found: 3 }, 5)
    await first.beginStep('b')
    await first.chunk('half of b')
    await first.flush()

    const second = await claimAgain(engine, job)
    expect(second.completedStep('a')).toEqual({ result: { found: 3 } })
    expect(second.completedStep('b')).toBeUndefined()
    expect(second.resumedFrom).toBe('a')
    await second.running()
    await second.beginStep('b')
    await second.chunk('text of b.')
    await second.completeStep('b', null, 5)
    await second.complete({ ok: true })

    const told = (await messages(job.channels[1]!)) as MessageOf<'JOB_RUNNING' | 'JOB_COMPLETED'>[]
    const running = told.filter(({ type }) => type === 'JOB_RUNNING').map(({ payload }) => payload)
    expect(running[0]).not.toHaveProperty('textOffset')
    expect(running[1]).toMatchObject({ attempt: 2, resumedFrom: 'a', textOffset: 11 })
    const text = 'text of a. text of b.'
    const textSha256 = createHash('sha256').update(text).digest('hex')
    expect(told.at(-1)).toMatchObject({
      type: 'JOB_COMPLETED',
      payload: { textEnd: text.length, textSha256 },
    })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      steps: [
        { name: 'a', index: 0, status: 'completed' },
        { name: 'b', index: 1, status: 'completed' },
      ],
    })
  })

  it('stay completed when their attempt takes the lost answer to its commit for a failure (J29)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.beginStep('a')
    await attempt.completeStep('a', { found: 3 }, 5)

    await attempt.failStep('a', 'Connection terminated', 5)
    expect(attempt.completedStep('a')).toEqual({ result: { found: 3 } })
    await attempt.beginStep('a')
    expect(attempt.completedStep('a')).toEqual({ result: { found: 3 } })
    expect((await claimAgain(engine, job)).completedStep('a')).toEqual({ result: { found: 3 } })
    const told = (await messages(job.channels[1]!)) as MessageOf<'JOB_STEP'>[]
    const steps = told.filter(({ type }) => type === 'JOB_STEP').map(({ payload }) => payload.status)
    expect(steps).toEqual(['started', 'completed'])
  })

  it('are completed once, although the commit is tried again whose answer was lost (J29)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.beginStep('a')
    await attempt.completeStep('a', { found: 3 }, 5)
    await attempt.completeStep('a', { found: 4 }, 9)
    expect(attempt.completedStep('a')).toEqual({ result: { found: 3 } })
    expect((await claimAgain(engine, job)).completedStep('a')).toEqual({ result: { found: 3 } })
    const told = typesOf(await messages(job.channels[1]!))
    expect(told.filter((type) => type === 'JOB_STEP')).toHaveLength(2)
    expect(told.filter((type) => type === 'JOB_CHECKPOINT')).toHaveLength(1)
  })

  it('count from what is left when Redis has lost the text, so that nothing is in it twice (J29)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.beginStep('a')
    await first.chunk('text of a. ')
    await first.completeStep('a', null, 5)
    await redis.del(`hw:{job:${job.jobId}}:text`, `hw:{job:${job.jobId}}:text:meta`)

    const second = await claimAgain(engine, job)
    await second.running()
    await second.beginStep('b')
    await second.chunk('half of b')
    await second.flush()
    const third = await claimAgain(engine, job, 3)
    await third.running()
    await third.beginStep('b')
    await third.chunk('text of b.')
    await third.completeStep('b', null, 5)
    const fourth = await claimAgain(engine, job, 4)
    await fourth.running()
    await fourth.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of b.')
  })

  it('go on after a resume of a job that had ended, from its stored text (J29)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.beginStep('a')
    await first.chunk('text of a. ')
    await first.completeStep('a', 1, 5)
    await first.chunk('what failed')
    await first.fail({ error: 'no', code: 'operation_failed', retryable: true })
    // As after the minute for which Redis keeps it.
    await redis.del(`hw:{job:${job.jobId}}:text`, `hw:{job:${job.jobId}}:text:meta`)

    await engine.jobs.resume(job)
    const second = await claim(engine, job, 2)
    await second.running()
    await second.chunk('text of b.')
    await second.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of a. text of b.')
  })

  it.each([
    ['is cancelled in the queue', 0],
    ['is cancelled before its operation begins', 1],
  ])('stay when a job that was resumed %s (J12)', async (_when, claims) => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.chunk('what was said')
    await first.fail({ error: 'no', code: 'operation_failed', retryable: true })
    // As after the minute for which Redis keeps it.
    await redis.del(`hw:{job:${job.jobId}}:text`, `hw:{job:${job.jobId}}:text:meta`)

    await engine.jobs.resume(job)
    if (claims > 0) await (await claim(engine, job, 2)).cancelled()
    else await engine.jobs.cancel({ ...job, by: 'user' })
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('what was said')
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'cancelled', textEnd: 13 })
  })

  it('survive an attempt that died after sealing its text (J29)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    const first = await claim(engine, job)
    await first.running()
    await first.chunk('lost')
    await first.flush()
    await redis.hset(`hw:{job:${job.jobId}}:text:meta`, 'sealed', '1')
    const second = await claimAgain(engine, job)
    await second.running()
    await second.chunk('kept')
    await second.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('kept')
  })

  it('keep text whole that arrives in pieces of any size (J29)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    const text = Array.from({ length: 4000 }, (_, index) => `${index} é€😀 `).join('')
    // Cut between UTF-16 units, so also inside of characters.
    for (let at = 0; at < text.length;) {
      const next = at + 1 + ((at * 7) % 900)
      await attempt.chunk(text.slice(at, next))
      at = next
    }
    await attempt.complete(null)
    const { text: stored, end } = await engine.text.read(job.jobId, 0, 1_000_000)
    expect(end).toBe(Buffer.byteLength(text))
    expect(stored.toString()).toBe(text)
  })
})

describe('an artifact', () => {
  it('takes the place of an earlier one with its name (J30)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    const first = await attempt.artifact('report.txt', 'draft', 'text/plain')
    const second = await attempt.artifact('report.txt', 'final text', 'text/plain')
    expect(second).toEqual({ ...first, size: 10 })
    const found = await engine.artifacts.find(job.userId, job.jobId, first.artifactId)
    expect((await engine.artifacts.get(found!.key)).toString()).toBe('final text')
  })
})

describe('an end', () => {
  it('leaves a result that is too large for a message in the job (J31)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    const result = { text: 'x'.repeat(100_000) }
    await attempt.complete(result)
    const completed = (await messages(job.channels[0]!)).at(-1) as MessageOf<'JOB_COMPLETED'>
    expect(completed.payload.result).toEqual({ pointer: `/api/jobs/${job.jobId}`, bytes: 100_011 })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'completed', result })
  })

  it('is written whatever its error and code are made of (J31)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.fail({ error: 'a\0b', code: `c\0${'d'.repeat(70_000)}`, retryable: false })
    const code = `c\uFFFD${'d'.repeat(62)}`
    const payload = { error: 'a\uFFFDb', code }
    expect((await messages(job.channels[0]!)).at(-1)).toMatchObject({ type: 'JOB_FAILED', payload })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'failed', errorCode: code })
  })

  it('is written although Redis is away, with the writer\u2019s own copy of the text (J31)', async () => {
    const ownRedis = await startTestRedis()
    const { engine } = await openTestEngine({ redisUrl: ownRedis.url })
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.chunk('before ')
    await attempt.flush()
    await ownRedis.stop()
    await attempt.chunk('and after')
    await attempt.progress(80, 'unheard')
    await attempt.complete('done')
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'completed',
      label: 'unheard',
      textEnd: 16,
    })
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('before and after')
  }, 20_000)
})
