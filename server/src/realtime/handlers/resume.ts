import type { Channel, ResumeResult } from '@headway/events'
import { z } from 'zod'
import type { ChannelFollower } from '../channel-follower.ts'
import { RequestError } from '../request-error.ts'
import { cursorArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'

const parameters = z.tuple([z.string().max(140), cursorArgument])

/** `resume`: what follows a cursor on a channel that the socket follows. */
export function createResume(follower: ChannelFollower): RequestHandler<typeof parameters, ResumeResult> {
  return {
    arguments: parameters,
    async run(socket, [channel, cursor], answer) {
      if (channel === socket.id || !socket.rooms.has(channel)) {
        throw new RequestError(
          'not_subscribed',
          `This connection does not follow ${channel}. Subscribe to it first.`,
        )
      }
      await follower.resume(socket, channel as Channel, cursor, answer)
    },
  }
}
