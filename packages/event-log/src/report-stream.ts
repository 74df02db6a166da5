import type { Redis } from 'ioredis'
import { DEFAULT_NAMESPACE, reportKeys, type Namespace } from './channel-keys.ts'
import { ReportsFullError } from './errors.ts'
import { DEAD_REPORT_TTL_SECONDS } from './lifetimes.ts'
import { defineScripts, runScript } from './scripts.ts'

/** Most reports that wait for the servers: far more than a deployment has while they are looked after. */
export const REPORTS_MAX_WAITING = 100_000

/** Largest result, or data of a checkpoint, in a report, in bytes of JSON: 1 MiB. Larger ones belong into a store of your own. */
export const REPORT_VALUE_MAX_BYTES = 1_048_576

/** Most reports kept that could not be read. */
const DEAD_REPORTS_MAX = 1_000

/** The consumer group of the servers. */
const GROUP = 'headway'

/** An entry of the stream as it was added; null where it was deleted before it was handled. */
export interface ReportEntry {
  id: string
  fields: Record<string, string> | null
}

/** What a reader is handed: reports, or the word that another reader has its turn. */
export type ReportReading = { state: 'standby' } | { state: 'reading'; entries: ReportEntry[] }

/**
 * What workers tell the servers: checkpoints and ends of jobs, in their order. An entry is there until it was handled, so the
 * stream is as long as what waits.
 */
export class ReportStream {
  readonly #redis: Redis
  readonly #keys: ReturnType<typeof reportKeys>

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#keys = reportKeys({ ...DEFAULT_NAMESPACE, ...options.namespace })
  }

  /**
   * Adds a report. Sent twice (ioredis does so when a reply was lost) it is there twice: its readers know it by its `id` field.
   *
   * @throws ReportsFullError
   */
  async add(fields: Readonly<Record<string, string>>): Promise<void> {
    const flat = Object.entries(fields).flat()
    const reply = await runScript(this.#redis, 'report-add', this.#keys.stream, REPORTS_MAX_WAITING, ...flat)
    if (reply === 'full') throw new ReportsFullError(REPORTS_MAX_WAITING)
  }

  /**
   * The reports to handle next, in their order; it makes the caller the one that reads, for `turnMs`. What was read and not ended is
   * handed out again.
   *
   * @param reader unique per process start
   */
  async read(reader: string, { turnMs, count }: { turnMs: number; count: number }): Promise<ReportReading> {
    const { stream, reader: turn } = this.#keys
    const [state, entries] = (await runScript(
      this.#redis,
      'report-read',
      stream,
      turn,
      GROUP,
      reader,
      turnMs,
      count,
    )) as ['standby'] | ['reading', [string, string[] | null][]]
    if (state === 'standby') return { state }
    return { state, entries: entries.map(([id, flat]) => ({ id, fields: flat && toRecord(flat) })) }
  }

  /** Resolves when there is a report, or after `timeoutMs`. Blocks its connection meanwhile: use one of its own. */
  async wait(timeoutMs: number): Promise<void> {
    await this.#redis.xread('COUNT', 1, 'BLOCK', timeoutMs, 'STREAMS', this.#keys.stream, '0')
  }

  /** Ends a report that was handled, or keeps it among the dead letters, with the reason. */
  async end(entryId: string, { deadBecause = '' }: { deadBecause?: string } = {}): Promise<void> {
    const { stream, dead } = this.#keys
    const limits = [DEAD_REPORTS_MAX, DEAD_REPORT_TTL_SECONDS]
    await runScript(this.#redis, 'report-end', stream, dead, GROUP, entryId, deadBecause, ...limits)
  }

  /** Lets another reader have its turn now. */
  async release(reader: string): Promise<void> {
    await runScript(this.#redis, 'report-release', this.#keys.reader, reader)
  }

  /** How many reports wait, and how many lie among the dead letters. */
  async backlog(): Promise<{ waiting: number; dead: number }> {
    const { stream, dead } = this.#keys
    const [waiting, buried] = await Promise.all([this.#redis.xlen(stream), this.#redis.xlen(dead)])
    return { waiting, dead: buried }
  }
}

function toRecord(flat: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {}
  for (let at = 0; at < flat.length; at += 2) record[flat[at]!] = flat[at + 1] ?? ''
  return record
}
