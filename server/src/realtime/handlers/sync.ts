import { z } from 'zod'
import type { Sequencer } from '../sequencer/sequencer.ts'
import type { RequestHandler } from './on-request.ts'

const parameters = z.tuple([])

interface Heads {
  serverTime: string
  channels: Record<string, { seq: number; textEnd?: number }>
}

/** `sync`: brings every room of the socket up to its log, then says where they stand. */
export function createSync(sequencer: Sequencer): RequestHandler<typeof parameters, Heads> {
  return {
    arguments: parameters,
    async run(socket, _none, answer) {
      const feeds = [...socket.rooms].flatMap((room) => sequencer.feed(room) ?? [])
      await Promise.all(feeds.map((feed) => feed.catchUp()))
      const channels: Heads['channels'] = {}
      for (const { chain, text } of feeds) {
        const textEnd = text?.place?.end
        channels[chain.channel] = { seq: chain.forwarded ?? 0, ...(textEnd === undefined ? {} : { textEnd }) }
      }
      answer({ serverTime: new Date().toISOString(), channels })
    },
  }
}
