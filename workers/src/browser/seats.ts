interface Waiter {
  admit: () => void
  refuse: (error: Error) => void
}

/** A fixed number of places, given out in the order in which they were asked for. */
export class Seats {
  readonly #size: number
  readonly #waiters: Waiter[] = []
  #taken = 0

  constructor(size: number) {
    this.#size = size
  }

  get taken(): number {
    return this.#taken
  }

  /** Resolves when a place is taken; rejects with the signal's reason when the wait is aborted. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#taken < this.#size) {
      this.#taken += 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { admit: resolve, refuse: reject }
    const leave = (): void => {
      const place = this.#waiters.indexOf(waiter)
      if (place !== -1) this.#waiters.splice(place, 1)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', leave, { once: true })
    this.#waiters.push(waiter)
    await promise.finally(() => signal.removeEventListener('abort', leave))
  }

  /** Gives a place back, to whoever waits longest. */
  give(): void {
    const waiter = this.#waiters.shift()
    if (waiter) waiter.admit()
    else this.#taken -= 1
  }

  /** Sends away all who wait. */
  refuseAll(error: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(error)
  }
}
