import type { EventLog, TextLog } from '@headway/event-log'
import { jobChannel, type Channel, type JobSubscription } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { z } from 'zod'
import type { SnapshotReads } from '../../snapshot-reads.ts'
import { drained } from '../backpressure/connection.ts'
import type { ChannelFollower } from '../channel-follower.ts'
import { followJob } from '../follow-job.ts'
import { RequestError } from '../request-error.ts'
import type { RoomFeed } from '../sequencer/room-feed.ts'
import type { Sequencer } from '../sequencer/sequencer.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import { SocketIoWriter } from '../socket-io-writer.ts'
import { cursorArgument, jobIdArgument, textOffsetArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'
import { notFound, requireEngine } from './require-own-job.ts'

/** Jobs that one connection may follow. */
export const MAX_SUBSCRIPTIONS = 128

const options = z.object({ cursor: cursorArgument.optional(), textOffset: textOffsetArgument.optional() })
const parameters = z.tuple([jobIdArgument, options.nullish()])

export interface SubscribeJobParts {
  engine: JobEngine | undefined
  sequencer: Sequencer
  follower: ChannelFollower
  eventLog: EventLog
  textLog: TextLog
  snapshots: SnapshotReads
}

/** `subscribe:job`: what the cursor missed, then the snapshot as the acknowledgement, then live messages. */
export function createSubscribeJob(
  parts: SubscribeJobParts,
): RequestHandler<typeof parameters, JobSubscription> {
  return {
    arguments: parameters,
    async run(socket, [jobId, wanted], answer) {
      const { cursor, textOffset = 0 } = wanted ?? {}
      const { userId } = socket.data
      const engine = requireEngine(parts.engine)
      // Before the channel is touched, which would create it.
      const owned = await parts.snapshots.run(() => engine.jobs.owned(userId, [jobId]))
      if (!owned.has(jobId)) throw notFound(jobId)
      const channel = jobChannel(jobId)
      requireRoomForOneMore(socket, channel)

      await parts.sequencer.withFeed(channel, async (feed) => {
        // An answer holds up to 256 KiB of text: one at a time for a reader that is slow.
        await drained(socket)
        const standing = await leaveRoom(socket, feed)
        let isToldToFollow = standing !== undefined
        const tell: typeof answer = (subscription) => {
          isToldToFollow = true
          answer(subscription)
        }
        try {
          const from = cursor ?? standing ?? (await parts.eventLog.head(channel))
          const followed = { userId, jobId, feed, cursor: from, textOffset }
          await followJob({ ...parts, engine }, new SocketIoWriter(socket), followed, tell)
        } catch (error) {
          // It believes that it is in the room, and is not: a reconnect with its cursors puts that right.
          if (isToldToFollow) socket.conn.close()
          throw error
        }
      })
    },
  }
}

/** Takes a socket that subscribes again out of the room; answers where it stood. */
async function leaveRoom(socket: RealtimeSocket, { chain }: RoomFeed): Promise<number | undefined> {
  if (!socket.rooms.has(chain.channel)) return undefined
  const { forwarded } = chain
  await socket.leave(chain.channel)
  return forwarded
}

function requireRoomForOneMore({ rooms }: RealtimeSocket, channel: Channel): void {
  const jobs = [...rooms].filter((room) => room.startsWith('job:'))
  if (jobs.length < MAX_SUBSCRIPTIONS || rooms.has(channel)) return
  throw new RequestError(
    'limit_exceeded',
    `This connection follows ${MAX_SUBSCRIPTIONS} jobs, the most that are allowed. Unsubscribe from one.`,
  )
}
