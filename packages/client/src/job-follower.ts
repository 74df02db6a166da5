import { jobChannel, type JobSubscription, type Ready } from '@headway/events'
import { abortableDelay } from './abortable-delay.ts'
import { backoffDelayMs } from './backoff.ts'
import type { CatchUp } from './catch-up.ts'
import type { Connection } from './connection.ts'
import { errorOf, isFinal, type RequestError } from './errors.ts'

/** Who holds a job's value: says what it has, and is told the rest. */
export interface JobReader {
  /** Where the text that it holds ends, in UTF-8 bytes. */
  readonly textHeld: number
  /** There is text that it does not hold. */
  readonly isTextMissing: boolean
  /** It has the whole job, which has ended: there is nothing to ask for. */
  readonly isSettled: boolean
  /** Takes the job's snapshot. */
  load: (subscription: JobSubscription) => void
  /** Whether the job is followed, or why it can't be, changed. */
  refresh: () => void
}

export interface JobFollowerOptions {
  request: Connection['request']
  isOpen: () => boolean
  catchUp: CatchUp
  lingerMs: number
  /** Nobody wants the job any more. */
  onLeave: () => void
}

/** After a pull that brought no text, how long to let be: the text may be longer than what is kept of it. */
const FRUITLESS_PULL_PAUSE_MS = 5_000

/** Whoever is refused for want of room is one of many: more is left to chance than for one that lost its connection. */
const REFUSED_BACKOFF = { jitter: 0.5 }

/**
 * Keeps a job's channel followed while somebody wants it: joins with a snapshot, joins anew on each connection,
 * and pulls text that did not come.
 *
 *   idle ── retain ──▶ joining ── snapshot ──▶ followed
 *    ▲                    ▲                        │
 *    │                    └── lost, rejoin ────────┤
 *    └───────── last release, after lingerMs ──────┘
 */
export class JobFollower {
  readonly #jobId: string
  readonly #options: JobFollowerOptions
  readonly #readers = new Set<JobReader>()
  #retained = 0
  #lingering: ReturnType<typeof setTimeout> | undefined
  #session = new AbortController()
  #isJoining = false
  #mustJoinAgain = false
  #isFollowed = false
  /** What is held has a gap that only a snapshot fills. */
  #needsSnapshot = false
  #noPullBefore = 0
  #loadError: RequestError | null = null

  constructor(jobId: string, options: JobFollowerOptions) {
    this.#jobId = jobId
    this.#options = options
  }

  /** On this connection the snapshot has come, and everything after it does. */
  get isFollowed(): boolean {
    return this.#isFollowed
  }

  /** Somebody wants the job, or did a moment ago. */
  get isRetained(): boolean {
    return this.#retained > 0 || this.#lingering !== undefined
  }

  get loadError(): RequestError | null {
    return this.#loadError
  }

  /** Wants the job followed, for a reader where there is one; returns the undoing. */
  retain(reader?: JobReader): () => void {
    const isFirst = !this.isRetained
    const isNewReader = reader !== undefined && !this.#readers.has(reader)
    if (isNewReader) this.#readers.add(reader)
    this.#retained += 1
    clearTimeout(this.#lingering)
    this.#lingering = undefined
    if (isFirst) {
      this.#options.catchUp.follow(jobChannel(this.#jobId))
      this.join()
    } else if (isNewReader) this.rejoin()
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#release()
    }
  }

  /** Asks for the snapshot, and for text that is missing. While it is being asked for, asks once more after. */
  join(): void {
    if (!this.isRetained || !this.#options.isOpen()) return
    this.#mustJoinAgain = this.#isJoining
    if (this.#isJoining) return
    this.#isJoining = true
    void this.#joinUntilWhole(this.#session.signal)
  }

  /** What is held is not enough to go on: take a fresh snapshot. */
  rejoin(): void {
    this.#needsSnapshot = true
    this.#isFollowed = false
    this.join()
    this.#refresh()
  }

  /** Text did not come: pull it, unless the last pull brought none. */
  pullText(): void {
    if (this.#isFollowed && !this.#isJoining && performance.now() >= this.#noPullBefore) this.join()
  }

  /** The server says how long the text is. */
  compareText(textEnd: number): void {
    if (this.#readers.size > 0 && textEnd > this.#textHeld()) this.pullText()
  }

  /** A new connection stands; its handshake has replayed the channel if the server knew the cursor. */
  reconnected(ready: Ready): void {
    if (!this.isRetained) return
    const channel = jobChannel(this.#jobId)
    this.#options.catchUp.follow(channel)
    const isWhole = channel in ready.channels && this.#isSettled() && !this.#needsSnapshot
    if (isWhole) this.#becomeFollowed()
    else this.join()
  }

  /** The connection is gone. */
  interrupt(): void {
    this.#session.abort()
    this.#session = new AbortController()
    this.#isJoining = false
    this.#isFollowed = false
    this.#noPullBefore = 0
  }

  /** Leaves for good; no timer stays. */
  stop(): void {
    this.interrupt()
    clearTimeout(this.#lingering)
    this.#lingering = undefined
    this.#retained = 0
    this.#options.catchUp.unfollow(jobChannel(this.#jobId))
  }

  #release(): void {
    this.#retained -= 1
    if (this.#retained !== 0) return
    // Another component often mounts for the same job in the same moment.
    this.#lingering = setTimeout(() => this.#leave(), this.#options.lingerMs)
  }

  #leave(): void {
    this.stop()
    this.#loadError = null
    if (this.#options.isOpen()) void this.#options.request('unsubscribe:job', this.#jobId)
    this.#refresh()
    this.#options.onLeave()
  }

  async #joinUntilWhole(signal: AbortSignal): Promise<void> {
    for (let failures = 0; ;) {
      this.#mustJoinAgain = false
      const heldBefore = this.#textHeld()
      const error = await this.#joinOnce(signal)
      if (signal.aborted) return
      if (error) {
        if (isFinal(error)) break
        failures += 1
        const { retryAfterMs } = error
        await abortableDelay(backoffDelayMs(failures, { ...REFUSED_BACKOFF, retryAfterMs }), signal)
        if (signal.aborted) return
        continue
      }
      failures = 0
      const isFruitless = this.#textHeld() === heldBefore && this.#isTextMissing()
      if (isFruitless) this.#noPullBefore = performance.now() + FRUITLESS_PULL_PAUSE_MS
      if (!this.#mustJoinAgain && (isFruitless || !this.#isTextMissing())) break
    }
    this.#isJoining = false
  }

  async #joinOnce(signal: AbortSignal): Promise<RequestError | undefined> {
    const { catchUp, request } = this.#options
    const channel = jobChannel(this.#jobId)
    const cursor = catchUp.cursor(channel)
    const position = cursor === undefined ? {} : { cursor }
    const ack = await request('subscribe:job', this.#jobId, { ...position, textOffset: this.#textHeld() })
    if (signal.aborted) return undefined
    if (!ack.ok) {
      this.#loadError = errorOf(ack)
      this.#refresh()
      return this.#loadError
    }
    for (const reader of this.#readers) reader.load(ack)
    this.#becomeFollowed()
    catchUp.start(channel, ack.seq)
    return undefined
  }

  #becomeFollowed(): void {
    this.#isFollowed = true
    this.#needsSnapshot = false
    this.#loadError = null
    this.#refresh()
  }

  /** Without a reader nobody wants text: ask for what follows its end. */
  #textHeld(): number {
    return Math.min(Number.MAX_SAFE_INTEGER, ...Array.from(this.#readers, ({ textHeld }) => textHeld))
  }

  #isTextMissing(): boolean {
    return [...this.#readers].some(({ isTextMissing }) => isTextMissing)
  }

  #isSettled(): boolean {
    return this.#readers.size > 0 && [...this.#readers].every(({ isSettled }) => isSettled)
  }

  #refresh(): void {
    for (const reader of this.#readers) reader.refresh()
  }
}
