import type { Scheduler } from './scheduler.ts'
import type { Store } from './store.ts'

/** A {@link Store} whose value is put together when somebody asks for it, once after each change. */
export abstract class DerivedStore<TSnapshot> implements Store<TSnapshot> {
  readonly #scheduler: Scheduler
  readonly #initial: TSnapshot
  readonly #listeners = new Set<() => void>()
  #snapshot: TSnapshot | undefined

  constructor(scheduler: Scheduler, initial: TSnapshot) {
    this.#scheduler = scheduler
    this.#initial = initial
  }

  /** Somebody wants the value. */
  get isUsed(): boolean {
    return this.#listeners.size > 0
  }

  /** Puts the value together. */
  protected abstract read(): TSnapshot

  /** The first listener came. */
  protected start(): void {}

  /** The last listener left. */
  protected stop(): void {}

  // Arrow functions: `useSyncExternalStore` calls them without their object.
  readonly subscribe = (listener: () => void): (() => void) => {
    // A wrapper of its own, so that adding one listener twice takes two undoings.
    const entry = (): void => listener()
    this.#listeners.add(entry)
    if (this.#listeners.size === 1) this.start()
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.stop()
    }
  }

  readonly getSnapshot = (): TSnapshot => (this.#snapshot ??= this.read())

  readonly getInitialSnapshot = (): TSnapshot => this.#initial

  /** Something in the value changed. */
  refresh(): void {
    this.#snapshot = undefined
    if (this.#listeners.size > 0) this.#scheduler.schedule(this.#notify)
  }

  readonly #notify = (): void => {
    for (const listener of this.#listeners) listener()
  }
}
