import { isMessageOf, type WebSocketMessage } from '@headway/events'
import { BoundedMap } from './bounded-map.ts'

/** Place of a progress message among those of its job. */
export interface ProgressPlace {
  readonly attempt: number
  readonly n: number
}

/** True for a place after the other one: a later attempt, or a larger `n` of the same. */
export function isNewerProgress(place: ProgressPlace, than: ProgressPlace): boolean {
  return place.attempt > than.attempt || (place.attempt === than.attempt && place.n > than.n)
}

/** Jobs whose newest progress is remembered. */
const MAX_JOBS = 1_000

/** Lets progress through only when it is newer than what its job had: each once, never backwards. */
export class ProgressOrder {
  readonly #newest = new BoundedMap<string, ProgressPlace>(MAX_JOBS)

  admit(message: WebSocketMessage): boolean {
    if (!isMessageOf(message, 'JOB_PROGRESS')) return true
    const { payload } = message
    const newest = this.#newest.get(payload.jobId)
    if (newest && !isNewerProgress(payload, newest)) return false
    this.#newest.set(payload.jobId, payload)
    return true
  }
}
