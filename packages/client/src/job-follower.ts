import { jobChannel, type JobSubscription, type Ready } from '@headway/events'
import type { CatchUp } from './catch-up.ts'
import type { ClientParts } from './client-parts.ts'
import { errorOf, isFinal, type RequestError } from './errors.ts'
import { RetryTimer } from './retry-timer.ts'

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

export interface JobFollowerOptions extends Pick<ClientParts, 'request' | 'isOpen'> {
  catchUp: CatchUp
  lingerMs: number
}

/** A job that is followed until it is released. */
export interface JobFollowing {
  /** How the job is followed; shared by all who do. */
  readonly follower: Readonly<Pick<JobFollower, 'isFollowed' | 'isRetained' | 'loadError' | 'pullText'>>
  /** Ends the following; once is enough. */
  release: () => void
}

/** After a pull that brought no text, how long to let be: the text may be longer than what is kept of it. */
const FRUITLESS_PULL_PAUSE_MS = 5_000

/** Whoever is refused for want of room is one of many: more is left to chance than for one that lost its connection. */
const REFUSED_JITTER = 0.5

/**
 * Keeps a job's channel followed while somebody wants it: asks for its snapshot, anew on each connection, and for
 * text that did not come.
 *
 *   asking ── snapshot ──▶ followed ── last release, after lingerMs ──▶ left
 *      ▲                      │
 *      └── lost, rejoin, text missing
 */
export class JobFollower {
  /** On this connection the snapshot has come, and everything after it does. */
  isFollowed = false
  /** Somebody wants the job, or did a moment ago. */
  isRetained = true
  loadError: RequestError | null = null
  readonly #jobId: string
  readonly #options: JobFollowerOptions
  readonly #readers: JobReader[] = []
  readonly #holders = new Set<object>()
  readonly #retry = new RetryTimer(() => void this.#ask(), REFUSED_JITTER)
  #lingering: ReturnType<typeof setTimeout> | undefined
  /** What was asked last; whatever else is answered counts no more. */
  #asked: Promise<unknown> | undefined
  /** What is held has a gap that only a snapshot fills. */
  #needsSnapshot = true
  #noPullBefore = 0

  constructor(jobId: string, options: JobFollowerOptions) {
    this.#jobId = jobId
    this.#options = options
  }

  /** Wants the job followed, for a reader where there is one; returns the undoing. */
  retain(reader?: JobReader): () => void {
    const holder = {}
    this.#holders.add(holder)
    clearTimeout(this.#lingering)
    if (reader && !this.#readers.includes(reader)) {
      this.#readers.push(reader)
      this.isFollowed = false
    }
    if (!this.isFollowed && !this.#asked) this.rejoin()
    return () => {
      if (!this.#holders.delete(holder) || this.#holders.size > 0) return
      // Another component often mounts for the same job in the same moment.
      this.#lingering = setTimeout(() => this.leave(), this.#options.lingerMs)
    }
  }

  /** What is held is not enough to go on: take a fresh snapshot. */
  rejoin(): void {
    this.#needsSnapshot = true
    this.isFollowed = false
    // Not before its time where it was refused: it is asked for again anyway.
    if (this.#asked || !this.loadError || isFinal(this.loadError)) void this.#ask()
    this.#refresh()
  }

  /** Text did not come: pull it, unless the last pull brought none. */
  pullText(): void {
    if (this.isFollowed && performance.now() >= this.#noPullBefore) this.rejoin()
  }

  /** The server says how long the text is. */
  compareText(textEnd: number): void {
    if (textEnd > this.#textHeld()) this.pullText()
  }

  /** A new connection stands; its handshake has replayed the channel if the server knew the cursor. */
  reconnected(ready: Ready): void {
    const isWhole =
      jobChannel(this.#jobId) in ready.channels &&
      !this.#needsSnapshot &&
      this.#readers.every(({ isSettled }) => isSettled)
    if (isWhole) this.#becomeFollowed()
    else void this.#ask()
  }

  /** The connection is gone. */
  interrupt(): void {
    this.#asked = undefined
    this.#retry.reset()
    this.isFollowed = false
    this.#noPullBefore = 0
  }

  /** Leaves for good; no timer stays. */
  leave(): void {
    this.interrupt()
    clearTimeout(this.#lingering)
    this.isRetained = false
    this.loadError = null
    this.#options.catchUp.unfollow(jobChannel(this.#jobId))
    void this.#options.request('unsubscribe:job', this.#jobId)
    this.#refresh()
  }

  /** Asks for the snapshot, and for text that is missing. */
  async #ask(): Promise<void> {
    const { catchUp, request, isOpen } = this.#options
    if (!isOpen()) return
    const channel = jobChannel(this.#jobId)
    const { cursor } = catchUp.follow(channel)
    const heldBefore = this.#textHeld()
    // JSON leaves out a cursor that there is not yet.
    const asked = request('subscribe:job', this.#jobId, { cursor: cursor as number, textOffset: heldBefore })
    this.#asked = asked
    const ack = await asked
    if (asked !== this.#asked) return
    this.#asked = undefined
    if (!ack.ok) {
      this.loadError = errorOf(ack)
      this.#retry.schedule(this.loadError)
      this.#refresh()
      return
    }
    for (const reader of this.#readers) reader.load(ack)
    const isMissing = this.#readers.some(({ isTextMissing }) => isTextMissing)
    const isFruitless = isMissing && this.#textHeld() === heldBefore
    if (isFruitless) {
      this.#noPullBefore = performance.now() + FRUITLESS_PULL_PAUSE_MS
      // It may have been read before it was stored, and nothing else may come that would ask for it.
      this.#retry.schedule()
    } else this.#retry.reset()
    this.#becomeFollowed()
    catchUp.compare(channel, ack.seq)
    if (isMissing) this.pullText()
  }

  #becomeFollowed(): void {
    this.isFollowed = true
    this.#needsSnapshot = false
    this.loadError = null
    this.#refresh()
  }

  /** Without a reader nobody wants text: ask for what follows its end. */
  #textHeld(): number {
    return Math.min(Number.MAX_SAFE_INTEGER, ...this.#readers.map(({ textHeld }) => textHeld))
  }

  #refresh(): void {
    for (const reader of this.#readers) reader.refresh()
  }
}
