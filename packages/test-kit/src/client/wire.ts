/**
 * The way from the server to its clients: everything it says, by socket or HTTP, goes through here and stays in order.
 * It arrives at once, unless it is held or delayed.
 */
export class Wire {
  readonly #waiting: { isDue: boolean; deliver: () => void }[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #delayMs = 0
  #isHeld = false

  /** Delivers behind everything that was sent before. */
  send(deliver: () => void): void {
    if (this.#delayMs === 0 && !this.#isHeld && this.#waiting.length === 0) return deliver()
    const entry = { isDue: this.#delayMs === 0, deliver }
    this.#waiting.push(entry)
    if (!entry.isDue) this.#after(this.#delayMs, () => (entry.isDue = true))
  }

  /** From now on what is sent takes so long; 0 for at once. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** From now on nothing arrives until {@link release}. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    this.#flush()
  }

  /** Forgets what has not arrived. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#waiting.length = 0
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
      this.#flush()
    }, ms)
    this.#timers.add(timer)
  }

  #flush(): void {
    while (!this.#isHeld && this.#waiting[0]?.isDue) this.#waiting.shift()?.deliver()
  }
}
