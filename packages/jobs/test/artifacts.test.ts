import { randomUUID } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { jobChannel } from '@headway/events'
import { waitFor } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { FencedError, type ArtifactLimits, type Attempt, type JobEngine } from '../src/index.ts'
import { findOrphans } from '../src/retention/orphans.ts'
import { S3Server } from './support/s3-server.ts'
import { createTestJob, openTestEngine, typesOf, type TestJob } from './support/test-engine.ts'

const MIB = 1_048_576
const IN_TWO_DAYS = { nowMs: Date.now() + 2 * 24 * 3_600_000 }

async function claim(engine: JobEngine, { jobId }: TestJob, dispatch = 1): Promise<Attempt> {
  const attempt = await engine.attempts.claim({ jobId, dispatch, workerId: 'w', leaseMs: 60_000 })
  if (!attempt) throw new Error(`Job ${jobId} was not claimed.`)
  await attempt.running()
  return attempt
}

/** Takes the job back from its attempt, as the reconciler does, and claims it again. */
async function claimAgain(engine: JobEngine, job: TestJob): Promise<Attempt> {
  await engine.db
    .updateTable('jobs')
    .set({ lease_until: new Date(0) })
    .where('job_id', '=', job.jobId)
    .execute()
  await engine.reconciler.run()
  return claim(engine, job, 2)
}

/** So many MiB in pieces that fit nothing. */
function* pieces(count: number, onPiece: (bytes: number) => void = () => {}): Generator<Buffer> {
  for (let sent = 0; sent < count * MIB; sent += 99_999) {
    const piece = Buffer.alloc(Math.min(99_999, count * MIB - sent), sent % 251)
    onPiece(piece.length)
    yield piece
  }
}

async function* brokenPieces() {
  yield* pieces(7)
  throw new Error('the page is gone')
}

/** One contract for both places where bytes can be. */
describe.each(['a folder', 'a bucket'])('artifacts in %s', (place) => {
  async function start(artifactLimits?: ArtifactLimits) {
    const s3 = place === 'a bucket' ? await S3Server.open() : undefined
    const options = { ...(s3 && { artifactsBucket: s3.settings }), ...(artifactLimits && { artifactLimits }) }
    const { engine, messages } = await openTestEngine(options)
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    const read = async (artifactId: string) => {
      const found = await engine.artifacts.find(job.userId, job.jobId, artifactId)
      return buffer(await engine.artifacts.stream(found!.key))
    }
    const leavesNothing = async () => {
      expect(await engine.artifacts.files(job.jobId)).toEqual([])
      expect(s3?.uploads.size ?? 0).toBe(0)
      expect((await engine.jobs.view(job.userId, job.jobId))!.artifacts).toEqual([])
      expect(typesOf(await messages(jobChannel(job.jobId)))).not.toContain('JOB_ARTIFACT')
    }
    return { engine, s3, job, attempt, read, leavesNothing }
  }

  it.each([
    ['a Node stream', () => Readable.from(pieces(12))],
    ['a web stream', () => ReadableStream.from(pieces(12)) as unknown as AsyncIterable<Uint8Array>],
  ])('hold what %s brought, and are as large (J56)', async (_what, source) => {
    const { attempt, read } = await start()
    const stored = await attempt.artifact('big.bin', source(), 'application/octet-stream')
    expect(stored.size).toBe(12 * MIB)
    expect((await read(stored.artifactId)).equals(Buffer.concat([...pieces(12)]))).toBe(true)
  })

  it('hold text, bytes, pieces of text and nothing at all (J56)', async () => {
    const { attempt, read } = await start()
    const sources = ['Grüße', Buffer.from('Grüße'), Readable.from(['Grü', 'ße'])]
    for (const [index, source] of sources.entries()) {
      const { artifactId, size } = await attempt.artifact(`${index}.txt`, source, 'text/plain')
      expect([size, (await read(artifactId)).toString()]).toEqual([7, 'Grüße'])
    }
    const empty = await attempt.artifact('empty.txt', Readable.from([]), 'text/plain')
    expect([empty.size, (await read(empty.artifactId)).length]).toEqual([0, 0])
  })

  it.each([
    ['text', () => 'x'.repeat(1001)],
    ['bytes', () => Buffer.alloc(1001)],
    ['a stream', () => Readable.from([Buffer.alloc(1000), Buffer.alloc(1)])],
    ['a stream of MiB', () => Readable.from(pieces(8))],
  ])('refuse %s above the limit, naming it, and keep nothing (J57)', async (_what, source) => {
    const maxBytes = _what === 'a stream of MiB' ? 7 * MIB : 1000
    const { attempt, leavesNothing } = await start({ maxBytes, maxBytesPerJob: 100 * MIB })
    const refused = attempt.artifact('big.bin', source(), 'text/plain')
    await expect(refused).rejects.toMatchObject({
      code: 'payload_too_large',
      message: expect.stringContaining(`${maxBytes} bytes`),
    })
    await leavesNothing()
  })

  it('refuse more than a job may have, not counting what is replaced (J57)', async () => {
    const { engine, job, attempt, read } = await start({ maxBytes: 800, maxBytesPerJob: 1000 })
    const { artifactId } = await attempt.artifact('a.bin', Buffer.alloc(700, 'a'), 'text/plain')
    await attempt.artifact('a.bin', Buffer.alloc(600, 'b'), 'text/plain')
    await attempt.artifact('b.bin', Readable.from([Buffer.alloc(400)]), 'text/plain')
    const refused = attempt.artifact('c.bin', 'x', 'text/plain')
    await expect(refused).rejects.toMatchObject({
      code: 'payload_too_large',
      message: expect.stringContaining('1000'),
    })
    await expect(attempt.artifact('a.bin', Buffer.alloc(601), 'text/plain')).rejects.toThrow('1000')
    expect((await read(artifactId)).toString()).toBe('b'.repeat(600))
    await engine.retention.run()
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(2)
  })

  it('throw what their source throws, and keep nothing (J56)', async () => {
    const { attempt, leavesNothing } = await start()
    await expect(attempt.artifact('a', brokenPieces(), 'text/plain')).rejects.toThrow('the page is gone')
    await leavesNothing()
  })

  it('end with their signal, although the source says nothing any more (J56)', async () => {
    const { attempt, leavesNothing } = await start()
    const stop = new AbortController()
    const source = new PassThrough()
    const stored = attempt.artifact('a', source, 'text/plain', { signal: stop.signal })
    source.write(Buffer.alloc(100_000))
    stop.abort(new Error('cancelled'))
    await expect(stored).rejects.toThrow('cancelled')
    expect(source.destroyed).toBe(true)
    await leavesNothing()
  })

  it('of an attempt that has lost its job replace nothing of the next one, and stay nowhere (J27, J30)', async () => {
    const { engine, job, attempt, read } = await start()
    const source = new PassThrough()
    const late = attempt.artifact('page.txt', source, 'text/plain')
    source.write('of the first')
    const next = await claimAgain(engine, job)
    const { artifactId } = await next.artifact('page.txt', 'of the second', 'text/plain')
    source.end()
    await expect(late).rejects.toThrow(FencedError)
    expect((await read(artifactId)).toString()).toBe('of the second')
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(1)
  })

  it('replace one another when they are committed, and the earlier bytes go (J30, J51)', async () => {
    const { engine, job, attempt, read } = await start()
    const first = await attempt.artifact('page.txt', 'first', 'text/plain')
    const second = await attempt.artifact('page.txt', Readable.from(['second']), 'text/plain')
    expect(second).toEqual({ ...first, size: 6 })
    await engine.retention.run()
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(1)
    expect((await read(first.artifactId)).toString()).toBe('second')
  })

  it('are read in parts (J56)', async () => {
    const { engine, job, attempt } = await start()
    const { artifactId } = await attempt.artifact('a.txt', '0123456789', 'text/plain')
    const { key } = (await engine.artifacts.find(job.userId, job.jobId, artifactId))!
    expect(await text(await engine.artifacts.stream(key, { first: 2, last: 5 }))).toBe('2345')
    expect(await text(await engine.artifacts.stream(key, { first: 9, last: 9 }))).toBe('9')
  })

  it('keep the text of a job that ended, to be read in parts and gone on with (J12, J13)', async () => {
    const { engine, job, attempt } = await start()
    await attempt.beginStep('one')
    await attempt.chunk('Grüße, Welt')
    await attempt.completeStep('one', null, 1)
    await attempt.fail({ error: 'no', code: 'no', retryable: false })
    expect(await engine.text.read(job.jobId, 2, 4)).toEqual({ text: Buffer.from('üß'), offset: 2, end: 13 })
    expect(await engine.text.read(job.jobId, 13, 4)).toEqual({ text: Buffer.alloc(0), offset: 13, end: 13 })
    await engine.jobs.resume(job)
    const next = await claim(engine, job, 2)
    await next.chunk('!')
    await next.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('Grüße, Welt!')
    expect(await findOrphans(engine.db, engine.artifacts, IN_TWO_DAYS)).toHaveLength(1)
  })

  it('never write the text of one end over that of another (J13)', async () => {
    const { engine, job, attempt } = await start()
    await attempt.chunk('text')
    await attempt.flush()
    const [late, last] = [await engine.text.finish(job.jobId), await engine.text.finish(job.jobId)]
    expect(late.textKey).not.toBe(last.textKey)
    expect(late.textSha256).toBe(last.textSha256)
  })

  it('are found where no row names them, and removed with their folder (J51)', async () => {
    const { engine, job, attempt } = await start()
    const gone = randomUUID()
    for (let n = 0; n < 8; n++) {
      await attempt.artifact(`${n}.txt`, 'x', 'text/plain')
      await engine.artifacts.put(`jobs/${gone}/artifacts/${randomUUID()}`, Buffer.from('x'))
    }
    const stray = `jobs/${job.jobId}/artifacts/${randomUUID()}`
    await engine.artifacts.put(stray, Buffer.from('x'))
    expect(await findOrphans(engine.db, engine.artifacts)).toEqual([])
    const orphans = await findOrphans(engine.db, engine.artifacts, IN_TWO_DAYS)
    expect(orphans.toSorted()).toEqual([stray, `jobs/${gone}/`].toSorted())
    for (const key of orphans) await engine.artifacts.remove(key)
    expect(await engine.artifacts.files(gone)).toEqual([])
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(8)
    expect((await engine.artifacts.jobIds()).length).toBe(1)
  })
})

describe('a bucket', () => {
  it('takes a stream no faster than it is sent: memory holds two parts of it (J56)', async () => {
    const s3 = await S3Server.open()
    const { engine } = await openTestEngine({ artifactsBucket: s3.settings })
    const attempt = await claim(engine, await createTestJob(engine))
    const held = Promise.withResolvers<void>()
    s3.intercept = ({ name }) => name === 'PUT ?uploadId' && (held.resolve(), true)
    let read = 0
    const stop = new AbortController()
    const source = Readable.from(pieces(40, (bytes) => (read += bytes)))
    const stored = attempt.artifact('a', source, 'text/plain', { signal: stop.signal })
    stored.catch(() => undefined)
    await held.promise
    expect(read).toBeLessThan(7 * MIB)
    stop.abort(new Error('enough'))
    s3.intercept = () => false
    await s3.close()
    await expect(stored).rejects.toThrow('enough')
  }, 30_000)

  it('keeps everything below its prefix', async () => {
    const s3 = await S3Server.open()
    const { engine } = await openTestEngine({ artifactsBucket: s3.settings })
    const job = await createTestJob(engine)
    await (await claim(engine, job)).artifact('a.txt', 'x', 'text/plain')
    expect([...s3.objects.keys()].every((key) => key.startsWith(`shared/jobs/${job.jobId}/artifacts/`))).toBe(
      true,
    )
    await waitFor(() => s3.objects.size === 1)
  })
})
