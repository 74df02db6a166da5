import type { Channel, ResyncReason, WebSocketMessage } from '@headway/events'

interface Entry {
  seq: number
  prev: number
  message: WebSocketMessage
}

export type FakeReplay =
  | { outcome: 'replay'; entries: readonly Entry[] }
  | { outcome: 'resync'; reason: ResyncReason }

/** One channel of a server: the replay rule of the protocol, over an array. */
export class FakeLog {
  readonly #channel: Channel
  readonly #clock: () => number
  #entries: Entry[] = []
  #head: number

  constructor(channel: Channel, clock: () => number) {
    this.#channel = channel
    this.#clock = clock
    this.#head = clock()
  }

  get head(): number {
    return this.#head
  }

  append(message: { type: string; payload: object }): WebSocketMessage {
    const prev = this.#head
    const seq = Math.max(this.#clock(), prev + 1)
    const timestamp = new Date(seq / 1_000).toISOString()
    const appended = { ...message, timestamp, channel: this.#channel, seq, prev } as WebSocketMessage
    this.#entries.push({ seq, prev, message: appended })
    this.#head = seq
    return appended
  }

  readAfter(cursor: number): FakeReplay {
    if (cursor === this.#head) return { outcome: 'replay', entries: [] }
    const entries = this.#entries.filter(({ seq }) => seq > cursor)
    if (entries[0]?.prev === cursor) return { outcome: 'replay', entries }
    return { outcome: 'resync', reason: cursor > this.#head ? 'lost' : 'trimmed' }
  }

  /** Forgets all but the newest entries. */
  trim(keep: number): void {
    this.#entries = keep === 0 ? [] : this.#entries.slice(-keep)
  }

  /** Begins anew, as after a flush. */
  wipe(): void {
    this.#entries = []
    this.#head = this.#clock()
  }
}
