import type { ServerResponse } from 'node:http'
import { formatServerSentEvent, type ServerSentEvent } from './server-sent-event.ts'

/** How often a silent stream gives a sign of life, in milliseconds: more often than any common proxy gives up. */
export const STREAM_PING_MS = 15_000

/** Bytes that wait for a reader who lags: he gets no transient messages, but the newest one when he has caught up. */
const LAG_BYTES = 131_072

/** How long a reader may take for the last word, in milliseconds. Who does not read is cut then. */
const LAST_WORD_MS = 2_000

export const EVENT_STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // nginx would collect what must arrive now.
  'X-Accel-Buffering': 'no',
}

export interface EventStreamOptions {
  /** Bytes that may wait for the reader, beside what he has asked for. */
  maxWaitingBytes: number
  /** How often it gives a sign of life, in milliseconds. @default 15_000 */
  pingMs?: number | undefined
  /** Is told before a reader is cut who does not read. */
  onTooSlow: () => void
}

/** One answer of Server-Sent Events. It begins with its first word; one that ends without a word is a 204. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #options: EventStreamOptions
  #ping: NodeJS.Timeout | undefined
  #grantedBytes = 0
  #isEnding = false
  #isBeingJudged = false

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response
    this.#options = options
    this.onClose(() => clearInterval(this.#ping))
  }

  /** The reader is there, and has not been told the last word. */
  get isOpen(): boolean {
    // An error may have been answered in its place.
    return !this.#isEnding && !this.isClosed && !this.#response.writableEnded
  }

  get isClosed(): boolean {
    return this.#response.closed || this.#response.destroyed
  }

  get isLagging(): boolean {
    return this.#response.writableLength > LAG_BYTES
  }

  /** Calls back when the connection is done with this answer, whoever ended it. */
  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  /** Calls back each time when a reader who lagged has taken everything. */
  onDrain(listener: () => void): void {
    this.#response.on('drain', listener)
  }

  /** Sends the head of the answer, so that the reader knows that he is listened to. */
  begin(): void {
    if (!this.isOpen || this.#response.headersSent) return
    this.#response.writeHead(200, EVENT_STREAM_HEADERS).flushHeaders()
    this.#ping = setInterval(() => {
      if (!this.#response.writableNeedDrain) this.#write(': ping\n\n')
    }, this.#options.pingMs ?? STREAM_PING_MS)
  }

  write(event: ServerSentEvent): void {
    this.#write(formatServerSentEvent(event))
  }

  /** Writes what the reader has asked for: it does not count as falling behind. */
  answer(event: ServerSentEvent): void {
    const text = formatServerSentEvent(event)
    this.#grantedBytes += Buffer.byteLength(text)
    this.#write(text)
  }

  /** Resolves when the reader takes more, or is gone. */
  async drained(): Promise<void> {
    if (this.#response.writableNeedDrain && this.isOpen) {
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#response.off('drain', done).off('close', done)
          resolve()
        }
        this.#response.on('drain', done).on('close', done)
      })
    }
    this.#grantedBytes = 0
  }

  /** Tells when to come back, and why. */
  close(closing: { code: string; retryAfterMs?: number }): void {
    if (closing.retryAfterMs !== undefined) this.#write(`retry: ${closing.retryAfterMs}\n\n`)
    this.write({ event: 'closing', data: JSON.stringify(closing) })
    this.end()
  }

  end(): void {
    if (!this.isOpen) return
    this.#isEnding = true
    clearInterval(this.#ping)
    if (!this.#response.headersSent) this.#response.writeHead(204, { 'Cache-Control': 'no-store' })
    this.#response.end()
    const timer = setTimeout(() => this.cut(), LAST_WORD_MS)
    this.onClose(() => clearTimeout(timer))
  }

  /** Breaks the connection off: the reader knows that there is more. */
  cut(): void {
    this.#response.destroy()
  }

  get #isOverLimit(): boolean {
    return this.#response.writableLength > this.#options.maxWaitingBytes + this.#grantedBytes
  }

  #write(text: string): void {
    if (!this.isOpen) return
    this.begin()
    this.#response.write(text)
    if (this.#isBeingJudged || !this.#isOverLimit) return
    this.#isBeingJudged = true
    // Much that is written at once waits for the connection, not for its reader: who reads has taken it a turn later.
    setImmediate(() => this.#judge())
  }

  #judge(): void {
    this.#isBeingJudged = false
    if (!this.isOpen || !this.#isOverLimit) return
    this.#options.onTooSlow()
    this.cut()
  }
}
