import { setTimeout as delay } from 'node:timers/promises'
import { utf8Boundary, type Logger, type TextLog, type TextOutcome } from '@headway/event-log'
import type { AttemptFence } from './attempt-fence.ts'
import { FencedError } from './fenced-error.ts'
import { TextBuffer } from './text-buffer.ts'
import { withinTime } from './within-time.ts'

/** How the text of an attempt is cut into appends. */
export interface TextWriterSettings {
  /** Text waits this long for more before it is sent, in milliseconds. @default 10 */
  coalesceMs?: number
  /** That many waiting bytes are sent at once. @default 512 */
  coalesceBytes?: number
  /** Bytes that may wait before `write` makes its caller wait. @default 1_048_576 */
  maxPendingBytes?: number
}

export interface TextWriterParts {
  fence: AttemptFence
  textLog: TextLog
  logger: Logger
}

const DEFAULTS = { coalesceMs: 10, coalesceBytes: 512, maxPendingBytes: 1_048_576 }
const APPEND_MAX_BYTES = 65_536
const FIRST_RETRY_MS = 50
const MAX_RETRY_MS = 1000

/**
 * Sends an attempt's text to the text log, in order, a little of it at a time. It keeps the whole text in memory: a Redis that has
 * forgotten it, or a part of it, is filled up again from where its text ends. While Redis is away the text waits.
 */
export class TextWriter {
  readonly #parts: TextWriterParts
  readonly #settings: Required<TextWriterSettings>
  readonly #text: TextBuffer
  /** Where the attempt's own text begins. */
  readonly #base: number
  #sent: number
  #isFull = false
  #isAway = false
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #waiters: (() => void)[] = []

  /** @param start the text of earlier attempts that this one goes on from */
  constructor(parts: TextWriterParts, start: Buffer, settings: TextWriterSettings = {}) {
    this.#parts = parts
    this.#settings = { ...DEFAULTS, ...settings }
    this.#text = new TextBuffer(start)
    this.#base = start.length
    this.#sent = start.length
  }

  /** Length of the whole text in bytes, sent or not. */
  get length(): number {
    return this.#text.length
  }

  /** The whole text, for a store when Redis has lost it; undefined where Redis ended it at its limit. */
  get copy(): Buffer | undefined {
    return this.#isFull ? undefined : this.#text.subarray(0)
  }

  /** Takes text in. Resolves at once, or when less than `maxPendingBytes` waits; never rejects. */
  async write(text: string): Promise<void> {
    if (this.#isOver) return
    this.#text.append(text)
    if (this.#pending >= this.#settings.coalesceBytes) this.#send()
    else this.#timer ??= setTimeout(() => this.#send(), this.#settings.coalesceMs)
    while (this.#pending > this.#settings.maxPendingBytes && !this.#isOver) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  /** Waits until Redis has everything handed in so far, at most `timeoutMs`. True if it has. */
  async flush(timeoutMs: number): Promise<boolean> {
    this.#send()
    await withinTime(this.#sending, timeoutMs)
    return this.#pending === 0 || this.#isFull
  }

  /** Sends nothing more. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#wake()
  }

  get #pending(): number {
    return this.#text.length - this.#sent
  }

  get #isOver(): boolean {
    return this.#isFull || this.#parts.fence.hasEnded
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#sendPending().finally(() => {
      this.#sending = undefined
      this.#wake()
    })
  }

  async #sendPending(): Promise<void> {
    let retryMs = FIRST_RETRY_MS
    while (this.#pending > 0 && !this.#isOver) {
      try {
        await this.#take(await this.#append())
        this.#isAway = false
        retryMs = FIRST_RETRY_MS
        this.#wake()
      } catch (error) {
        // The fence has told whoever runs the attempt.
        if (error instanceof FencedError) return
        this.#logOutage(error)
        await delay(retryMs)
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)
      }
    }
  }

  #append(): Promise<TextOutcome> {
    const { jobId, operationType, attempt } = this.#parts.fence.identity
    const waiting = this.#text.subarray(this.#sent)
    const bytes = waiting.subarray(0, utf8Boundary(waiting, APPEND_MAX_BYTES))
    return this.#parts.textLog.append(jobId, {
      operationType,
      attempt,
      expectedOffset: this.#sent,
      text: bytes.toString(),
    })
  }

  async #take({ outcome, end }: TextOutcome): Promise<void> {
    switch (outcome) {
      case 'appended':
        this.#sent = end
        return
      case 'gap':
        // Behind us: Redis has forgotten text, or took an append whose answer was lost. Ahead: it has gone back to an earlier attempt.
        this.#sent = end <= this.#text.length ? end : await this.#cut()
        return
      case 'full':
        this.#isFull = true
        return
      case 'sealed':
        await this.#parts.fence.confirm()
        await this.#parts.textLog.reopen(this.#parts.fence.identity.jobId)
        return
      case 'fenced':
        await this.#parts.fence.confirm()
        // It has the fence of an earlier attempt although this one had raised it, so its text may be that attempt's too.
        this.#sent = await this.#cut()
        return
      case 'no_fence':
        await this.#parts.fence.confirm()
        return
      default:
        outcome satisfies never
    }
  }

  /** Takes the text back to where this attempt began. */
  async #cut(): Promise<number> {
    const { jobId, operationType, attempt } = this.#parts.fence.identity
    const { end } = await this.#parts.textLog.truncate(jobId, { operationType, attempt, length: this.#base })
    return end
  }

  #logOutage(error: unknown): void {
    if (!this.#isAway) {
      const { jobId } = this.#parts.fence.identity
      this.#parts.logger.warn({ err: error, jobId, pending: this.#pending }, 'text waits for Redis')
    }
    this.#isAway = true
  }

  #wake(): void {
    for (const resume of this.#waiters.splice(0)) resume()
  }
}
