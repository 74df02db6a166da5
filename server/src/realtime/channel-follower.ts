import type { EventLog, TextLog } from '@headway/event-log'
import { jobIdOf, type Channel, type ResumeResult, type Resync } from '@headway/events'
import type { RealtimeObserver } from './realtime-observer.ts'
import { bringToFront } from './sequencer/bring-to-front.ts'
import { ChainCatchUp, type ChainStart } from './sequencer/chain-catch-up.ts'
import type { RoomFeed } from './sequencer/room-feed.ts'
import type { Sequencer } from './sequencer/sequencer.ts'
import type { SocketWriter } from './sequencer/socket-writer.ts'
import { TextCatchUp } from './sequencer/text-catch-up.ts'
import type { TextPlace } from './sequencer/text-position.ts'
import type { RealtimeSocket } from './socket-data.ts'
import { SocketIoWriter } from './socket-io-writer.ts'

/** Brings sockets into the rooms of their channels, at the place where they belong. */
export class ChannelFollower {
  readonly #sequencer: Sequencer
  readonly #eventLog: EventLog
  readonly #textLog: TextLog
  readonly #observer: RealtimeObserver | undefined

  constructor(parts: {
    sequencer: Sequencer
    eventLog: EventLog
    textLog: TextLog
    observer?: RealtimeObserver | undefined
  }) {
    this.#sequencer = parts.sequencer
    this.#eventLog = parts.eventLog
    this.#textLog = parts.textLog
    this.#observer = parts.observer
  }

  /** Sends a socket what it missed and lets it into the room; answers how many messages that were. */
  follow(socket: RealtimeSocket, channel: Channel, start: ChainStart): Promise<number> {
    return this.#sequencer.withFeed(channel, async (feed) => {
      const writer = new SocketIoWriter(socket)
      const chain = this.catchUp(writer, feed, start)
      await this.enter(writer, feed, chain, await this.#endOfText(feed))
      return chain.count
    })
  }

  catchUp(writer: SocketWriter, feed: RoomFeed, start: ChainStart): ChainCatchUp {
    return new ChainCatchUp(feed.chain, start, { eventLog: this.#eventLog, writer, observer: this.#observer })
  }

  /** Goes on with a catch-up until the reader can be let into the room. */
  async enter(writer: SocketWriter, feed: RoomFeed, chain: ChainCatchUp, text: TextPlace): Promise<void> {
    const parts = { textLog: this.#textLog, writer }
    const catchUps = feed.text ? [chain, new TextCatchUp(feed.text, text, parts)] : [chain]
    await bringToFront(
      catchUps,
      () => writer.isOpen,
      () => writer.join(feed.chain.channel),
    )
  }

  /** Sends a socket that is in the room what follows its cursor, and acknowledges in the same step. */
  resume(
    socket: RealtimeSocket,
    channel: Channel,
    cursor: number,
    answer: (result: ResumeResult) => void,
  ): Promise<void> {
    return this.#sequencer.withFeed(channel, async (feed) => {
      let gap: Resync | undefined
      const writer = new SocketIoWriter(socket, (resync) => {
        gap = resync
      })
      const chain = this.catchUp(writer, feed, { cursor })
      await bringToFront(
        [chain],
        () => socket.connected,
        () => answer(toResumeResult(gap, chain)),
      )
    })
  }

  async #endOfText({ chain }: RoomFeed): Promise<TextPlace> {
    const jobId = jobIdOf(chain.channel)
    if (jobId === undefined) return { attempt: 0, end: 0 }
    const { end, writer } = await this.#textLog.read(jobId, 0, 0)
    return { attempt: writer?.attempt ?? 0, end }
  }
}

function toResumeResult(gap: Resync | undefined, { count, seq }: ChainCatchUp): ResumeResult {
  return gap ? { status: 'resync', seq: gap.seq, reason: gap.reason } : { status: 'replayed', count, seq }
}
