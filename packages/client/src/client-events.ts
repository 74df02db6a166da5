import {
  isWorkflowEvent,
  type Channel,
  type MessageOf,
  type MessageType,
  type WebSocketMessage,
} from '@headway/events'
import type { ConnectionEvents } from './connection-events.ts'
import { keepNewest } from './keep-newest.ts'
import { isNewerProgress, type ProgressPlace } from './progress-order.ts'

/** What can be listened to: what happens to the connection, and */
type Events = ConnectionEvents & { [TType in MessageType]: MessageOf<TType> } & {
  /** each message of a channel; */
  [channel in Channel]: WebSocketMessage
} & {
  /** each message, once; */
  '*': WebSocketMessage
  /** each message of each channel, before all others and also what another channel has brought already. */
  '**': WebSocketMessage
}

/** What tells messages of a job from each other. */
type Mark = Partial<ProgressPlace> & { readonly version?: number }

/** Remembered of the messages. Bounded by count, not by time: a gap may be healed on one channel much later. */
const MAX_REMEMBERED = 3_000

interface Listener {
  readonly name: keyof Events
  readonly callback: (event: never) => void
}

/**
 * Takes what comes to its listeners: those of a channel hear all of it, all others hear each message once. One that throws
 * stops neither the others nor the delivery.
 */
export class ClientEvents {
  readonly #onError: (error: unknown) => void
  readonly #newest = new Map<string, ProgressPlace>()
  /** Another array with each change: what a callback adds hears the next event. */
  #listeners: readonly Listener[] = []

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add<TName extends keyof Events>(name: TName, callback: (event: Events[TName]) => void): () => void {
    // An object of its own, so that adding one callback twice takes two undoings.
    const listener = { name, callback }
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  emit<TName extends keyof Events>(name: TName, event: Events[TName]): void {
    for (const listener of this.#listeners) {
      if (listener.name !== name) continue
      try {
        listener.callback(event as never)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  clear(): void {
    this.#listeners = []
  }

  /**
   * Those who keep values come first, so that the others find them as the message left them. False for a message that
   * another channel has brought already, or that a newer one has overtaken.
   */
  route(message: WebSocketMessage): boolean {
    this.emit('**', message)
    this.emit(message.channel, message)
    if (!this.#isNew(message)) return false
    this.emit(message.type, message)
    this.emit('*', message)
    return true
  }

  /** Lets each version of a job through once, and progress only when it is newer than what its job had. */
  #isNew(message: WebSocketMessage): boolean {
    if (!isWorkflowEvent(message)) return true
    const { type, payload } = message
    const { version, attempt = 0, n = 0 } = payload as Mark
    // The others are not matched across channels.
    if (version === undefined && type !== 'JOB_PROGRESS') return true
    const key = `${type} ${payload.jobId} ${version}`
    const place = { attempt, n }
    const newest = this.#newest.get(key)
    // Copies of a version have the same place, so that none is newer.
    if (newest && !isNewerProgress(place, newest)) return false
    // Anew, so that a job whose progress still comes is not among the oldest.
    this.#newest.delete(key)
    keepNewest(this.#newest.set(key, place), MAX_REMEMBERED)
    return true
  }
}
