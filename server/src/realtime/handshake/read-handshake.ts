import { userChannel } from '@headway/events'
import type { Socket } from 'socket.io'
import type { ChainStart } from '../sequencer/chain-catch-up.ts'
import { RequestError } from '../request-error.ts'

/** Most channels that a handshake may name: the jobs of one socket, its user channel and `all`. */
export const MAX_CURSORS = 130

/** The token, in any of its three forms. */
export function readToken({ handshake }: Pick<Socket, 'handshake'>): unknown {
  const auth: Record<string, unknown> = handshake.auth
  if (auth['token'] !== undefined) return auth['token']
  if (handshake.query['token'] !== undefined) return handshake.query['token']
  const [scheme, token] = handshake.headers.authorization?.split(' ') ?? []
  return scheme?.toLowerCase() === 'bearer' ? token : undefined
}

/**
 * Where the client wants to go on.
 *
 * @throws RequestError `bad_request` for what is no cursor and no time
 */
export function readStarts(
  { handshake }: Pick<Socket, 'handshake'>,
  userId: string,
): Map<string, ChainStart> {
  const auth: Record<string, unknown> = handshake.auth
  const starts = new Map<string, ChainStart>()
  const since = auth['lastEventTs'] ?? handshake.query['lastEventTs']
  if (since !== undefined && since !== null) starts.set(userChannel(userId), { sinceMs: parseTime(since) })
  for (const [channel, cursor] of Object.entries(parseCursors(auth['cursors']))) {
    if (!isCursor(cursor)) {
      throw new RequestError(
        'bad_request',
        `The cursor of ${channel.slice(0, 140)} must be an integer from 0 to 2^53 - 1.`,
      )
    }
    starts.set(channel, { cursor })
  }
  return starts
}

function isCursor(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function parseCursors(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new RequestError('bad_request', 'auth.cursors must be an object { [channel]: seq }.')
  }
  if (Object.keys(value).length > MAX_CURSORS) {
    throw new RequestError('bad_request', `auth.cursors may name at most ${MAX_CURSORS} channels.`)
  }
  return value as Record<string, unknown>
}

const LATEST_TIME_MS = 8_640_000_000_000_000

function parseTime(value: unknown): number {
  const text = typeof value === 'string' ? value : ''
  const time = typeof value === 'number' || /^\d{1,16}$/.test(text) ? Number(value) : parseIsoTime(text)
  if (!Number.isInteger(time) || time < 0 || time > LATEST_TIME_MS) {
    throw new RequestError(
      'bad_request',
      'lastEventTs must be an ISO-8601 time or milliseconds since the epoch.',
    )
  }
  return time
}

function parseIsoTime(text: string): number {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]{5,12}(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
}
