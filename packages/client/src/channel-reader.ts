import type { WebSocketMessage } from '@headway/events'
import { placeMessage, type DurableMessage } from './cursor.ts'
import { keepNewest } from './keep-newest.ts'

/** Numbers remembered per channel: more than a channel keeps for replay, so a replay never looks unseen. */
const MAX_SEEN = 512
/** Messages kept behind a gap; what does not fit comes again with the replay. */
const MAX_HELD = 256

/** What became of a message: what may be delivered now, and whether the server must be asked. */
export interface Reading {
  readonly deliver: readonly WebSocketMessage[]
  readonly isBehind: boolean
}

/** Reads one channel in order: each durable message once, none skipped in silence. */
export class ChannelReader {
  #cursor: number | undefined
  readonly #seen = new Map<number, number>()
  #held: DurableMessage[] = []

  constructor(cursor?: number) {
    this.#cursor = cursor
  }

  /** Last `seq` delivered or covered by a snapshot. */
  get cursor(): number | undefined {
    return this.#cursor
  }

  /** Whether messages wait behind a gap. */
  get hasGap(): boolean {
    return this.#held.length > 0
  }

  accept(message: DurableMessage): Reading {
    const placement = placeMessage({ cursor: this.#cursor, seen: this.#seen }, message)
    if (placement === 'next') {
      this.#advance(message)
      return { deliver: [message, ...this.#release()], isBehind: this.hasGap }
    }
    if (placement === 'early' || placement === 'gap') this.#hold(message)
    return { deliver: [], isBehind: placement === 'gap' || placement === 'rewritten' }
  }

  /** Takes a new cursor, from a snapshot or a resync, and answers with the held messages that follow it. */
  start(cursor: number): Reading {
    this.#cursor = cursor
    return { deliver: this.#release(), isBehind: this.hasGap }
  }

  #hold(message: DurableMessage): void {
    if (this.#held.length >= MAX_HELD || this.#held.some(({ seq }) => seq === message.seq)) return
    this.#held.push(message)
    this.#held.sort((a, b) => a.seq - b.seq)
  }

  #release(): DurableMessage[] {
    const released: DurableMessage[] = []
    for (const message of this.#held) {
      if (message.seq <= (this.#cursor ?? 0)) continue
      if (message.prev !== this.#cursor) break
      this.#advance(message)
      released.push(message)
    }
    this.#held = this.#held.filter((message) => message.seq > (this.#cursor ?? 0))
    return released
  }

  #advance(message: DurableMessage): void {
    this.#cursor = message.seq
    keepNewest(this.#seen.set(message.seq, message.prev), MAX_SEEN)
  }
}
