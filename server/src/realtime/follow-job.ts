import type { TextLog } from '@headway/event-log'
import type { JobSubscription } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { SnapshotReads } from '../snapshot-reads.ts'
import type { ChannelFollower } from './channel-follower.ts'
import { readText } from './handlers/read-text.ts'
import { requireOwnJob } from './handlers/require-own-job.ts'
import type { RoomFeed } from './sequencer/room-feed.ts'
import type { SocketWriter } from './sequencer/socket-writer.ts'

export interface FollowJobParts {
  engine: JobEngine
  follower: ChannelFollower
  textLog: TextLog
  snapshots: SnapshotReads
}

export interface FollowedJob {
  userId: string
  jobId: string
  /** The job's channel, held open by the caller. */
  feed: RoomFeed
  /** Where the reader stands. */
  cursor: number
  /** Where the text of the snapshot begins. */
  textOffset: number
}

/**
 * Sends a reader what his cursor missed, answers with the snapshot, and lets him into the room. The place in the channel
 * is read before the snapshot, so the snapshot holds everything up to it.
 *
 * @throws RequestError `not_found` for a job that is not the user's
 */
export async function followJob(
  { engine, follower, textLog, snapshots }: FollowJobParts,
  writer: SocketWriter,
  { userId, jobId, feed, cursor, textOffset }: FollowedJob,
  answer: (subscription: JobSubscription) => void,
): Promise<void> {
  const chain = follower.catchUp(writer, feed, { cursor })
  await chain.read()
  const [job, { place, ...text }] = await snapshots.goOn(async () => [
    await requireOwnJob(engine, userId, jobId),
    await readText({ engine, textLog }, jobId, textOffset),
  ])
  if (!writer.isOpen) return
  chain.send()
  answer({ channel: feed.chain.channel, seq: chain.seq, job, ...text })
  await follower.enter(writer, feed, chain, place)
}
