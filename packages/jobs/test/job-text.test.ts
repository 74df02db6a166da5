import { createHash } from 'node:crypto'
import { startTestRedis } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { TextLog } from '@headway/event-log'
import { createTestJob, openTestEngine } from './support/test-engine.ts'

/** A job that an attempt has written text to. */
async function openJobWithText(text: string) {
  const test = await openTestEngine()
  const job = await createTestJob(test.engine)
  const { jobId, userId } = job
  await test.engine.db.updateTable('jobs').set({ state: 'running', attempt: 1 }).execute()
  await test.eventLog.setFence(jobId, userId, 1)
  const textLog = new TextLog(test.redis)
  const append = (expectedOffset: number, text: string) =>
    textLog.append(jobId, { operationType: 'rehearse', attempt: 1, expectedOffset, text })
  await append(0, text)
  return { ...test, ...job, textLog, append }
}

describe('JobText', () => {
  it('reads a running job from the log (J12)', async () => {
    const { engine, jobId } = await openJobWithText('aé👍')
    expect(await engine.text.read(jobId, 1, 2)).toEqual({ text: Buffer.from('é'), offset: 1, end: 7 })
  })

  it('seals, stores and proves the whole text, and reads it from the store after the end (J12, J13)', async () => {
    const long = 'line of text\n'.repeat(120_000)
    const { engine, jobId, textLog, append } = await openJobWithText(long)
    const finished = await engine.text.finish(jobId)
    expect(finished).toEqual({
      textEnd: long.length,
      textSha256: createHash('sha256').update(long).digest('hex'),
      textKey: expect.stringContaining(`jobs/${jobId}/texts/`),
    })
    expect((await append(long.length, 'late')).outcome).toBe('sealed')

    await engine.db
      .updateTable('jobs')
      .set({ state: 'completed', text_key: finished.textKey ?? null })
      .execute()
    await engine.text.expire(jobId)
    expect((await engine.text.read(jobId, 13, 13)).text.toString()).toBe('line of text\n')
    expect((await engine.text.read(jobId, long.length + 5, 10)).text).toHaveLength(0)

    await engine.db.updateTable('jobs').set({ state: 'queued' }).execute()
    await engine.text.reopen(jobId)
    expect((await textLog.read(jobId, 0, 0)).end).toBe(long.length)
    expect((await append(long.length, 'more')).outcome).toBe('appended')
  })

  it("stores the writer's own copy where Redis holds less, or is away (J13)", async () => {
    const { engine, jobId } = await openJobWithText('')
    expect(await engine.text.finish(jobId, Buffer.from('kept by the worker'))).toMatchObject({ textEnd: 18 })

    const redis = await startTestRedis()
    const away = await openTestEngine({ redisUrl: redis.url })
    const job = await createTestJob(away.engine)
    await redis.stop()
    const finished = await away.engine.text.finish(job.jobId, Buffer.from('kept'))
    expect(finished).toMatchObject({ textEnd: 4 })
    expect(await away.engine.text.finish(job.jobId)).toEqual({})
    await away.engine.text.expire(job.jobId)
  })

  it('has nothing to store for a job without text', async () => {
    const { engine } = await openTestEngine()
    const { jobId } = await createTestJob(engine)
    expect(await engine.text.finish(jobId)).toEqual({})
    expect(await engine.text.read(jobId, 0, 10)).toEqual({ text: Buffer.alloc(0), offset: 0, end: 0 })
  })
})

describe('ArtifactStore', () => {
  it('gives back the bytes it was given, until they are deleted', async () => {
    const { engine } = await openTestEngine()
    const bytes = Buffer.from([0, 255, 1])
    await engine.artifacts.put('jobs/a/artifacts/b', bytes)
    expect(await engine.artifacts.get('jobs/a/artifacts/b')).toEqual(bytes)
    const pieces: Buffer[] = []
    for await (const piece of await engine.artifacts.stream('jobs/a/artifacts/b'))
      pieces.push(piece as Buffer)
    expect(Buffer.concat(pieces)).toEqual(bytes)
    await engine.artifacts.remove('jobs/a/artifacts/b')
    await engine.artifacts.remove('jobs/a/artifacts/b')
    await expect(engine.artifacts.get('jobs/a/artifacts/b')).rejects.toThrow('jobs/a/artifacts/b')
  })

  it('stays in its folder', async () => {
    const { engine } = await openTestEngine()
    await expect(engine.artifacts.put('../outside', Buffer.from('x'))).rejects.toThrow('outside')
  })
})
