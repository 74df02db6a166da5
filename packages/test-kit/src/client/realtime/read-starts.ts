import { ALL_CHANNEL, jobIdOf, userChannel, type Channel } from '@headway/events'
import type { Socket } from 'socket.io'
import { RequestError } from '../request-error.ts'

/** Where a socket goes on in a channel. */
export type Start = { cursor: number } | { sinceMs: number }

export interface Starts {
  /** Own channels and jobs of the user. */
  readonly channels: ReadonlyMap<Channel, Start>
  /** Channels that the user may not follow. */
  readonly refused: string[]
}

export interface Reader {
  readonly userId: string
  readonly owns: (jobId: string) => boolean
  /** Head of a channel: the cursor of one that the handshake names none for, so that nothing is missed before the welcome. */
  readonly head: (channel: Channel) => number
}

/** @throws RequestError `bad_request` for what is no cursor and no time */
export function readStarts({ handshake }: Pick<Socket, 'handshake'>, { userId, owns, head }: Reader): Starts {
  const { cursors = {}, lastEventTs = handshake.query['lastEventTs'] } = handshake.auth as Record<
    string,
    unknown
  >
  const own = userChannel(userId)
  const channels = new Map<Channel, Start>()
  for (const channel of [own, ALL_CHANNEL] satisfies Channel[])
    channels.set(channel, { cursor: head(channel) })
  if (lastEventTs !== undefined && lastEventTs !== null)
    channels.set(own, { sinceMs: parseTime(lastEventTs) })
  const refused: string[] = []
  for (const [channel, cursor] of Object.entries((cursors ?? {}) as Record<string, unknown>)) {
    if (!Number.isSafeInteger(cursor) || (cursor as number) < 0) {
      throw new RequestError('bad_request', `The cursor of ${channel} must be an integer from 0 to 2^53 - 1.`)
    }
    const jobId = jobIdOf(channel)
    const isOwn = jobId === undefined ? channels.has(channel as Channel) : owns(jobId)
    if (isOwn) channels.set(channel as Channel, { cursor: cursor as number })
    else refused.push(channel)
  }
  return { channels, refused }
}

function parseTime(value: unknown): number {
  const isNumber = typeof value === 'number' || /^\d{1,16}$/.test(String(value))
  const time = isNumber ? Number(value) : Date.parse(String(value))
  if (Number.isInteger(time) && time >= 0) return time
  throw new RequestError(
    'bad_request',
    'lastEventTs must be an ISO-8601 time or milliseconds since the epoch.',
  )
}
