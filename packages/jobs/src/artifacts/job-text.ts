import { createHash, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { Logger, TextLog } from '@headway/event-log'
import { isTerminalState } from '@headway/events'
import type { Kysely } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { textKey, type ArtifactStore } from './artifact-store.ts'

/** Where and what the whole text of a job is. All absent for a job without text. */
export interface FinishedText {
  /** In UTF-8 bytes. */
  textEnd?: number
  /** Lower-case hex. */
  textSha256?: string
  /** In the artifact store. */
  textKey?: string
}

type StoredText = Required<FinishedText>

/** A part of a job's text, by UTF-8 bytes. */
export interface TextSlice {
  text: Buffer
  offset: number
  /** End of the whole text. */
  end: number
}

/** The columns of a job that say what {@link JobText.finish} has stored. */
export function textColumns({ textEnd = 0, textSha256, textKey }: FinishedText) {
  return { text_end: textEnd, text_sha256: textSha256 ?? null, text_key: textKey ?? null }
}

/** What an earlier end of the job has stored, if no attempt has gone on from there since: it is still the whole text. */
export function storedText(
  job: Pick<JobRow, 'text_end' | 'text_sha256' | 'text_key'>,
): StoredText | undefined {
  if (job.text_key === null || job.text_sha256 === null) return undefined
  return { textEnd: job.text_end, textSha256: job.text_sha256, textKey: job.text_key }
}

const READ_PAGE_BYTES = 1_024 * 1_024

/**
 * The text of a job, wherever it is: in the text log on Redis while the job runs, in the store after it ended.
 *
 *     running ── finish(): seal → store ──▶ the caller commits the terminal state ──▶ expire()
 *        ▲                                                                              │
 *        └────────────── reopen(), by the next attempt after a resume ◀─────────────────┘
 *
 * Stored before it is committed and forgotten after, so that it is never nowhere. The text of a job that waits for an answer
 * is stored too, and stays in Redis for its readers.
 */
export class JobText {
  readonly #db: Kysely<Database>
  readonly #textLog: TextLog
  readonly #artifacts: ArtifactStore
  readonly #logger: Logger

  constructor(parts: { db: Kysely<Database>; textLog: TextLog; artifacts: ArtifactStore; logger: Logger }) {
    this.#db = parts.db
    this.#textLog = parts.textLog
    this.#artifacts = parts.artifacts
    this.#logger = parts.logger
  }

  /** What follows `offset` (in bytes), at most `maxBytes` of it. */
  async read(jobId: string, offset: number, maxBytes: number): Promise<TextSlice> {
    const job = await this.#find(jobId)
    const stored = job && storedText(job)
    if (stored && isTerminalState(job.state)) return this.#readStored(stored, offset, maxBytes)
    const live = await this.#textLog.read(jobId, offset, maxBytes)
    // Resumed, and not yet claimed by the attempt that puts the text back.
    if (!live.exists && stored) return this.#readStored(stored, offset, maxBytes)
    return { text: live.text, offset: live.offset, end: live.end }
  }

  /**
   * Seals the text and stores it whole. The caller then commits the terminal state with what this returns, and calls
   * {@link expire}. Does not need Redis: without it the writer's own copy is stored, and where there is none, the text
   * stays readable in Redis for as long as it is kept there.
   *
   * @param fallback the writer's own copy: stored where Redis is away or has lost a part
   */
  async finish(jobId: string, fallback: Buffer = Buffer.alloc(0)): Promise<FinishedText> {
    const text = await this.#sealed(jobId, fallback)
    if (text.length === 0) return {}
    // Of its own: an attempt that loses the job meanwhile writes over nothing of the next one's.
    const key = textKey(jobId, randomUUID())
    await this.#artifacts.put(key, text)
    return {
      textEnd: text.length,
      textSha256: createHash('sha256').update(text).digest('hex'),
      textKey: key,
    }
  }

  /** Lets Redis forget a text whose storing is committed. A failure is logged: the key ends by itself later. */
  async expire(jobId: string): Promise<void> {
    try {
      await this.#textLog.expire(jobId)
    } catch (error) {
      this.#logger.warn(
        { err: error, jobId },
        'The text of a job that ended stays in Redis for its full time',
      )
    }
  }

  /** Opens a sealed text again, and puts back what was stored: for the attempt that goes on after a resume. */
  async reopen(jobId: string): Promise<{ end: number }> {
    const job = await this.#find(jobId)
    const stored = job?.text_key ? await this.#artifacts.get(job.text_key) : undefined
    return this.#textLog.reopen(jobId, stored)
  }

  #find(jobId: string) {
    return this.#db
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .select(['state', 'text_end', 'text_sha256', 'text_key'])
      .executeTakeFirst()
  }

  async #sealed(jobId: string, fallback: Buffer): Promise<Buffer> {
    try {
      const { end } = await this.#textLog.seal(jobId)
      return end >= fallback.length ? await this.#readLog(jobId, end) : fallback
    } catch (error) {
      this.#logger.warn(
        { err: error, jobId, storedBytes: fallback.length },
        "A text could not be sealed; the writer's own copy is stored, if it has one",
      )
      return fallback
    }
  }

  async #readLog(jobId: string, end: number): Promise<Buffer> {
    const pages: Buffer[] = []
    for (let offset = 0; offset < end;) {
      const { text } = await this.#textLog.read(jobId, offset, READ_PAGE_BYTES)
      if (text.length === 0)
        throw new Error(`The text of job ${jobId} ends at ${offset} instead of ${end} bytes.`)
      pages.push(text)
      offset += text.length
    }
    return Buffer.concat(pages)
  }

  async #readStored({ textKey, textEnd }: StoredText, offset: number, maxBytes: number): Promise<TextSlice> {
    const stop = Math.min(offset + maxBytes, textEnd)
    if (stop <= offset) return { text: Buffer.alloc(0), offset, end: textEnd }
    const text = await buffer(await this.#artifacts.stream(textKey, { first: offset, last: stop - 1 }))
    return { text, offset, end: textEnd }
  }
}
