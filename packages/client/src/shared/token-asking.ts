import type { TabSeat } from './tab-seat.ts'

/** How long a tab has to bring a new token before the next one is asked, in milliseconds. */
const TOKEN_TIMEOUT_MS = 10_000

/** Asks one tab for a new token, and the next one if it goes or says nothing; each once. */
export class TokenAsking {
  readonly #tabs: ReadonlySet<TabSeat>
  #asked: TabSeat | undefined
  /** Tabs that were asked in vain. */
  readonly #silent = new Set<TabSeat>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(tabs: ReadonlySet<TabSeat>) {
    this.#tabs = tabs
  }

  askNext(): void {
    clearTimeout(this.#timer)
    this.#asked = [...this.#tabs].find((tab) => !this.#silent.has(tab))
    if (!this.#asked) {
      this.stop()
      return
    }
    this.#silent.add(this.#asked)
    this.#timer = setTimeout(() => this.askNext(), TOKEN_TIMEOUT_MS)
    this.#asked.tell({ kind: 'expiring' })
  }

  /** A tab has gone, which is not among those that can be asked any more. */
  left(tab: TabSeat): void {
    if (tab === this.#asked) this.askNext()
  }

  /** There is a new token, or no connection to bring it to. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#asked = undefined
    this.#silent.clear()
  }
}
