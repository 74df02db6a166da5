import type { BusMessage, TextLog } from '@headway/event-log'
import { jobIdOf, type Channel } from '@headway/events'
import { ChainFeed, type ChainFeedParts } from './chain-feed.ts'
import { TextFeed } from './text-feed.ts'

/** What an instance forwards to one room: the channel's messages and, for a job, its text. */
export class RoomFeed {
  readonly chain: ChainFeed
  readonly text: TextFeed | undefined
  /** Sockets that are on their way into the room. */
  holders = 0

  constructor(channel: Channel, parts: ChainFeedParts & { textLog: TextLog }) {
    this.chain = new ChainFeed(channel, parts)
    const jobId = jobIdOf(channel)
    this.text = jobId === undefined ? undefined : new TextFeed(jobId, parts)
  }

  accept({ place, chunk }: BusMessage): 'broadcast' | 'drop' | 'gap' {
    if (place) return this.chain.accept(place)
    if (chunk) return this.text?.accept(chunk) ?? 'drop'
    return 'drop'
  }

  async catchUp(): Promise<void> {
    await Promise.all([this.chain.catchUp(), this.text?.catchUp()])
  }
}
