import type { SessionStore } from '../sign-in/session-store.ts'
import { ConsoleParts } from './console-parts.ts'

/**
 * The console of whoever is signed in. Another user gets another connection and other caches, so that nothing of one
 * is ever shown to the other.
 */
export class CurrentConsole {
  readonly #session: SessionStore
  readonly #listeners = new Set<() => void>()
  #parts: ConsoleParts | undefined

  constructor(session: SessionStore) {
    this.#session = session
    session.subscribe(() => this.#follow())
    this.#follow()
  }

  readonly get = (): ConsoleParts | undefined => this.#parts

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #follow(): void {
    const session = this.#session.get()
    const userId = session.status === 'signed-out' ? undefined : session.userId
    if (this.#parts?.userId === userId) return
    this.#parts?.close()
    this.#parts = userId === undefined ? undefined : new ConsoleParts(userId, this.#session)
    for (const listener of this.#listeners) listener()
  }
}
