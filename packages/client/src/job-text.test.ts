import { jobChannel } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import type { JobMessage } from './job-message.ts'
import type { TextChunk } from './job-text.ts'
import { emptyJob, loadJob, reduceJob, type JobRecord } from './reduce-job.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const channel = jobChannel(jobId)

function chunk(text: string, offset: number, attempt = 1): TextChunk {
  return { attempt, text, offset, end: offset + Buffer.byteLength(text) }
}

function take(record: JobRecord, type: JobMessage['type'], payload: object): JobRecord {
  const timestamp = '2030-01-01T00:00:00.000Z'
  const message = { type, timestamp, channel, payload: { jobId, operationType: 'x', ...payload } }
  return reduceJob(record, message as unknown as JobMessage)
}

const append = (record: JobRecord, piece: TextChunk) => take(record, 'JOB_CHUNK', piece)
const end = (record: JobRecord, attempt: number, textEnd: number) =>
  take(record, 'JOB_COMPLETED', { version: record.job.version + 1, attempt, textEnd })

function run(record: JobRecord, attempt: number, textOffset: number): JobRecord {
  return take(record, 'JOB_RUNNING', { version: record.job.version + 1, attempt, textOffset })
}

/** What a pull answers: the text that follows `offset`. */
function pull(record: JobRecord, attempt: number, server: string | Buffer, offset: number): JobRecord {
  const bytes = Buffer.from(server)
  const job = { ...record.job, attempt }
  const text = bytes.subarray(offset).toString()
  return loadJob(record, { channel, seq: 0, job, text, textOffset: offset, textEnd: bytes.length })
}

function isMissing({ text }: JobRecord): boolean {
  return text.held < text.end
}

const running = run(emptyJob(jobId), 1, 0)

describe('job text (J2)', () => {
  it('counts UTF-8 bytes, not characters', () => {
    const record = append(append(running, chunk('Grüße 🚀', 0)), chunk('!', 12))
    expect(record.text).toMatchObject({ value: 'Grüße 🚀!', held: 13, end: 13 })
    expect(record.job.textEnd).toBe(13)
    expect(run(record, 2, 8).text.value).toBe('Grüße ')
  })

  it('keeps a byte order mark, which is a part of the text', () => {
    const record = append(running, chunk('\uFEFFabc', 0))
    expect(run(record, 2, 6).text.value).toBe('\uFEFFabc')
    expect(run(record, 2, 4).text).toMatchObject({ value: '\uFEFFa', held: 4 })
  })

  it('does not forget for an older answer how long the text is', () => {
    const before = { ...running.job }
    const done = end(running, 1, 5)
    const older = { channel, seq: 0, text: '', textOffset: 0, textEnd: 0 }
    expect(isMissing(loadJob(done, { ...older, job: before }))).toBe(true)
    // View and text are read at the same time, and the end may come between.
    const view = { ...done.job, textEnd: 5 }
    expect(isMissing(loadJob(done, { ...older, job: view }))).toBe(true)
    expect(isMissing(loadJob(running, { ...older, job: view }))).toBe(true)
    const second = append(run(running, 2, 0), chunk('abc', 0, 2))
    expect(loadJob(second, { ...older, job: { ...before, attempt: 1 }, textEnd: 9 }).text).toEqual(
      second.text,
    )
    expect(pull(done, 1, 'abcde', 0).text).toMatchObject({ value: 'abcde', held: 5, end: 5 })
  })

  it('takes a chunk once, and only what is new of one that overlaps', () => {
    const record = append(running, chunk('abc', 0))
    expect(append(record, chunk('abc', 0))).toBe(record)
    expect(append(record, chunk('cde', 2)).text.value).toBe('abcde')
  })

  it('takes no chunk over a hole and knows until the pull that something is missing', () => {
    const record = append(running, chunk('def', 3))
    expect(record.text.value).toBe('')
    expect(isMissing(record)).toBe(true)
    const late = append(record, chunk('abc', 0))
    expect(late.text.value).toBe('abc')
    expect(isMissing(late)).toBe(true)
    const pulled = pull(late, 1, 'abcdef', 3)
    expect(pulled.text.value).toBe('abcdef')
    expect(isMissing(pulled)).toBe(false)
  })

  it('sees a hole of a single byte', () => {
    const record = append(running, chunk('b', 1))
    expect(record.text.value).toBe('')
    expect(isMissing(record)).toBe(true)
  })

  it('cuts off what a lost attempt wrote, and ignores what that one still sends', () => {
    const lost = append(running, chunk('keep this, not this', 0))
    const cut = run(lost, 2, 9)
    expect(cut.text.value).toBe('keep this')
    expect(isMissing(cut)).toBe(false)
    expect(append(cut, chunk(', not this', 9, 1))).toBe(cut)
    expect(append(cut, chunk(' and that', 9, 2)).text.value).toBe('keep this and that')
  })

  it('pulls the whole when an attempt writes whose beginning has not come', () => {
    const early = append(append(running, chunk('abcdef', 0)), chunk('X', 3, 2))
    expect(isMissing(early)).toBe(true)
    const begun = run(early, 2, 3)
    expect(isMissing(begun)).toBe(true)
    const pulled = pull(begun, 2, 'abcX', begun.text.held)
    expect(pulled.text.value).toBe('abcX')
    expect(isMissing(pulled)).toBe(false)
  })

  it('takes a snapshot of another attempt only as a whole', () => {
    const held = append(running, chunk('abcdef', 0))
    for (const server of ['abcXYZ', 'abcXYZ!']) {
      const doubted = pull(held, 2, server, held.text.held)
      expect(isMissing(doubted)).toBe(true)
      const pulled = pull(doubted, 2, server, doubted.text.held)
      expect(pulled.text).toMatchObject({ value: server, held: server.length })
      expect(isMissing(pulled)).toBe(false)
    }
  })

  it('asks anew when a cut may have taken text of the attempt itself', () => {
    const snapshot = pull(emptyJob(jobId), 2, 'abcX', 0)
    const cut = run(snapshot, 2, 3)
    expect(cut.text.value).toBe('abc')
    expect(isMissing(cut)).toBe(true)
    for (const server of ['abcX', 'abc']) {
      const pulled = pull(cut, 2, server, 3)
      expect(pulled.text.value).toBe(server)
      expect(isMissing(pulled)).toBe(false)
    }
  })

  it('knows from the end of the job that text is missing', () => {
    const record = append(running, chunk('abc', 0))
    expect(isMissing(end(record, 1, 3))).toBe(false)
    expect(isMissing(end(record, 1, 4))).toBe(true)
  })

  it('is the text of the newest attempt, whatever is lost, repeated, late or pulled', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed)
      let server = Buffer.alloc(0)
      let attempt = 1
      let record = running
      const late: TextChunk[] = []
      for (let step = 0; step < 40; step++) {
        if (random() < 0.08) {
          // Offsets lie between characters: cut behind a whole piece, which are all of the same length.
          const length = Math.floor((random() * server.length) / 6) * 6
          server = server.subarray(0, length)
          attempt += 1
          record = run(record, attempt, length)
        }
        const piece = chunk(pick(random, ['é🚀', 'abcdef', 'ééé']), server.length, attempt)
        server = Buffer.concat([server, Buffer.from(piece.text)])
        const fate = pick(random, ['sent', 'sent', 'lost', 'twice', 'late'])
        if (fate === 'late') late.push(piece)
        if (fate === 'sent' || fate === 'twice') record = append(record, piece)
        if (fate === 'twice') record = append(record, piece)
        if (random() < 0.2 && late.length > 0) record = append(record, late.shift() as TextChunk)
        if (random() < 0.1) record = pull(record, attempt, server, record.text.held)

        const trace = `seed ${seed}, step ${step}`
        expect(Buffer.byteLength(record.text.value), trace).toBe(record.text.held)
        expect(server.toString().startsWith(record.text.value), trace).toBe(true)
      }
      record = end(record, attempt, server.length)
      for (let pulls = 0; isMissing(record) && pulls < 3; pulls++)
        record = pull(record, attempt, server, record.text.held)
      expect(record.text.value, `seed ${seed}`).toBe(server.toString())
    }
  })
})
