import type { EventLog } from '@headway/event-log'
import type { Channel, Resync } from '@headway/events'
import type { RealtimeObserver } from '../realtime-observer.ts'
import { CatchUpLoop } from './catch-up-loop.ts'
import { ChainPosition } from './chain-position.ts'

/** Sends finished packet text to all sockets of a room of this instance. */
export type RoomSend = (packetText: string) => void

export interface ChainFeedParts {
  eventLog: EventLog
  send: RoomSend
  /** Tells all sockets of the room to start again. */
  resync: (resync: Resync) => void
  observer?: RealtimeObserver | undefined
}

/** Keeps one room in step with its channel: live messages as they come, the log for whatever is missing. */
export class ChainFeed {
  readonly channel: Channel
  readonly #eventLog: EventLog
  readonly #send: RoomSend
  readonly #resync: (resync: Resync) => void
  readonly #observer: RealtimeObserver | undefined
  readonly #position = new ChainPosition()
  readonly #loop = new CatchUpLoop(() => this.#readOn())

  constructor(channel: Channel, { eventLog, send, resync, observer }: ChainFeedParts) {
    this.channel = channel
    this.#eventLog = eventLog
    this.#send = send
    this.#resync = resync
    this.#observer = observer
  }

  /** The last seq that the room was sent; undefined until {@link catchUp} has read the head. */
  get forwarded(): number | undefined {
    return this.#position.forwarded
  }

  accept(place: { seq: number; prev: number }): 'broadcast' | 'drop' | 'gap' {
    return this.#position.accept(place)
  }

  /** Reads the log until the room stands at its end. */
  catchUp(): Promise<void> {
    return this.#loop.run()
  }

  async #readOn(): Promise<'again' | 'done'> {
    const from = this.#position.forwarded
    if (from === undefined) {
      this.#position.moveTo(await this.#eventLog.head(this.channel))
      return this.#position.isBehind ? 'again' : 'done'
    }

    const outcome = await this.#eventLog.readAfter(this.channel, from)
    // Live messages have moved the room meanwhile: what was read may be told from the wrong place.
    if (this.#position.forwarded !== from) return 'again'
    switch (outcome.outcome) {
      case 'current':
        this.#position.forgetDropped()
        break
      case 'replay':
        for (const entry of outcome.entries) this.#send(entry.text)
        this.#observer?.onHealed(outcome.entries.length)
        this.#position.moveTo(outcome.head)
        break
      case 'resync':
        this.#resync({ channel: this.channel, seq: outcome.head, reason: outcome.reason })
        this.#position.moveTo(outcome.head)
        this.#position.forgetDropped()
        break
      default:
        outcome satisfies never
    }
    return this.#position.isBehind ? 'again' : 'done'
  }
}
