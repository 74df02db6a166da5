/** The run under way for a key, and the one that follows it. */
interface Runs {
  current: Promise<void>
  next?: Promise<void>
}

/**
 * Runs a task per key, one at a time. Every caller gets a run that began after its call; callers who come during a run
 * share the next one, so a thousand calls are two runs.
 */
export class CoalescedRuns {
  readonly #runs = new Map<string, Runs>()

  run(key: string, task: () => Promise<void>): Promise<void> {
    const runs = this.#runs.get(key)
    if (runs === undefined) return this.#start(key, task)
    runs.next ??= runs.current.then(
      () => this.#start(key, task),
      () => this.#start(key, task),
    )
    return runs.next
  }

  isUnderWay(key: string): boolean {
    return this.#runs.has(key)
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) {
      await Promise.allSettled([...this.#runs.values()].map(({ current, next }) => next ?? current))
    }
  }

  #start(key: string, task: () => Promise<void>): Promise<void> {
    const runs: Runs = { current: task() }
    this.#runs.set(key, runs)
    const forget = () => {
      if (this.#runs.get(key) === runs && runs.next === undefined) this.#runs.delete(key)
    }
    runs.current.then(forget, forget)
    return runs.current
  }
}
