import { jobIdOf } from '@headway/events'
import type { CursorStore } from './cursor-store.ts'

/** Longest time that a cursor is kept later than its message, in milliseconds: a storage write per message is too much. */
const SAVE_DELAY_MS = 250

/** Keeps cursors in a store, now and then while messages come, and at once when told. */
export class CursorKeeper {
  readonly #store: CursorStore
  readonly #cursors: () => Record<string, number>
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(store: CursorStore, cursors: () => Record<string, number>) {
    this.#store = store
    this.#cursors = cursors
  }

  load(): Record<string, number> {
    return this.#store.load()
  }

  /** Something moved: keep it soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.flush(), SAVE_DELAY_MS)
  }

  /** Keeps now what has moved; the page may be gone next. */
  flush(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#store.save(withoutJobs(this.#cursors()))
  }
}

/** A job starts from its snapshot, which a page that was reloaded has lost. */
function withoutJobs(cursors: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(cursors).filter(([channel]) => jobIdOf(channel) === undefined))
}
