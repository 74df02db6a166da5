import { ALL_CHANNEL, jobChannel, jobIdOf, userChannel, type Channel, type Ready } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { ChannelFollower } from './channel-follower.ts'
import type { Sequencer } from './sequencer/sequencer.ts'
import type { RealtimeSocket } from './socket-data.ts'

export interface WelcomeParts {
  engine: JobEngine | undefined
  follower: ChannelFollower
  sequencer: Sequencer
  instanceId: string
}

/** Brings a new socket into the rooms of its handshake, with what it missed, and says `ready`. */
export async function welcome(socket: RealtimeSocket, parts: WelcomeParts): Promise<void> {
  const { userId, starts } = socket.data
  const own: Channel[] = [userChannel(userId), ALL_CHANNEL]
  const named = [...starts.keys()].filter((channel) => !(own as string[]).includes(channel))
  const jobs = await ownJobs(named, userId, parts.engine)

  let replayed = 0
  for (const channel of [...own, ...jobs]) {
    const start = starts.get(channel)
    if (start) replayed += await parts.follower.follow(socket, channel, start)
    if (!socket.connected) return
  }
  const ready: Ready = {
    userId,
    connectionId: socket.id,
    instanceId: parts.instanceId,
    channels: standings([...own, ...jobs], parts.sequencer),
    refused: named.filter((channel) => !(jobs as string[]).includes(channel)),
    replayed,
    serverTime: new Date().toISOString(),
  }
  socket.emit('ready', ready)
}

async function ownJobs(
  channels: string[],
  userId: string,
  engine: JobEngine | undefined,
): Promise<Channel[]> {
  const jobIds = channels.flatMap((channel) => jobIdOf(channel) ?? [])
  if (!engine || jobIds.length === 0) return []
  const owned = await engine.jobs.owned(userId, jobIds)
  return jobIds.filter((jobId) => owned.has(jobId)).map(jobChannel)
}

function standings(channels: Channel[], sequencer: Sequencer): Record<string, number> {
  return Object.fromEntries(
    channels.map((channel) => [channel, sequencer.feed(channel)?.chain.forwarded ?? 0]),
  )
}
