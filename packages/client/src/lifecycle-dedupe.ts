import { isWorkflowEvent, type WebSocketMessage } from '@headway/events'
import { BoundedMap } from './bounded-map.ts'

/** Lifecycle messages remembered. Bounded by count, not by time: a gap may be healed on one channel much later. */
const MAX_REMEMBERED = 2_000

/**
 * Lets a lifecycle message through once, although the user channel and the job channel both carry it. Messages
 * without a version are not matched across channels.
 */
export class LifecycleDedupe {
  readonly #delivered = new BoundedMap<string, true>(MAX_REMEMBERED)

  /** False for a message that the other channel has already brought. */
  admit(message: WebSocketMessage): boolean {
    if (!isWorkflowEvent(message) || !('version' in message.payload)) return true
    const key = `${message.type} ${message.payload.jobId} ${message.payload.version}`
    if (this.#delivered.has(key)) return false
    this.#delivered.set(key, true)
    return true
  }
}
