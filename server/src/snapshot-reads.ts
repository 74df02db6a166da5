/** Snapshot reads of one instance at a time. Each takes up to two connections of Postgres; the pool has ten. */
export const MAX_CONCURRENT_SNAPSHOTS = 4

/** Snapshot reads of one instance that may wait for their turn: about a second of work. */
export const MAX_WAITING_SNAPSHOTS = 500

/** Moments, in seconds, between which those come again who were sent away. */
const RETRY_AFTER_SECONDS = [1, 5] as const

export interface SnapshotReadsOptions {
  /** @default 4 */
  maxConcurrent?: number
  /** @default 500 */
  maxWaiting?: number
}

/** So many want snapshots that one more would wait too long. It comes again a little later. */
export class TooManySnapshotReadsError extends Error {
  override readonly name = 'TooManySnapshotReadsError'
  readonly code = 'unavailable'
  /** Another one for each, so that they do not come again all at once. */
  readonly retryAfterSeconds: number

  constructor() {
    super('Too many clients are loading snapshots right now. Try again in a few seconds.')
    const [first, last] = RETRY_AFTER_SECONDS
    this.retryAfterSeconds = first + Math.floor(Math.random() * (last - first + 1))
  }
}

/**
 * Keeps a herd of clients that all load their snapshots from taking Postgres away from everybody else: few reads at a
 * time, some more wait, and the rest are told to come again.
 *
 * @example const job = await snapshots.run(() => engine.jobs.view(userId, jobId))
 */
export class SnapshotReads {
  readonly #maxConcurrent: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #active = 0
  #refused = 0

  constructor(options: SnapshotReadsOptions = {}) {
    this.#maxConcurrent = options.maxConcurrent ?? MAX_CONCURRENT_SNAPSHOTS
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING_SNAPSHOTS
  }

  /** Reads that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Reads that were sent away so far. */
  get refused(): number {
    return this.#refused
  }

  /**
   * Reads when it is this read's turn.
   *
   * @throws {TooManySnapshotReadsError} at once, where too many wait
   */
  async run<TResult>(read: () => Promise<TResult>): Promise<TResult> {
    if (this.#active >= this.#maxConcurrent && this.#waiting.length >= this.#maxWaiting) {
      this.#refused += 1
      throw new TooManySnapshotReadsError()
    }
    return this.goOn(read)
  }

  /** As {@link run}, for the second read of a request whose first was let in: it waits, however many do. */
  async goOn<TResult>(read: () => Promise<TResult>): Promise<TResult> {
    if (this.#active >= this.#maxConcurrent) {
      // Whoever ends hands its turn over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#active += 1
    }
    try {
      return await read()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#active -= 1
    }
  }
}
