import type { EventLog, Logger } from '@headway/event-log'
import { ALL_CHANNEL, userChannel, type ConnectErrorCode, type ConnectErrorData } from '@headway/events'
import { TokenError } from '../../auth/token-error.ts'
import type { TokenVerifier } from '../../auth/token-verifier.ts'
import { RequestError } from '../request-error.ts'
import { SerialQueue } from '../serial-queue.ts'
import type { Drain } from '../drain.ts'
import type { RealtimeObserver } from '../realtime-observer.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { readStarts, readToken } from './read-handshake.ts'
import { verifySession } from './verify-session.ts'

export interface HandshakeParts {
  verifier: TokenVerifier
  limits: ConnectionLimits
  eventLog: EventLog
  drain: Pick<Drain, 'isRunning'>
  logger: Logger
  observer?: RealtimeObserver | undefined
}

/** A handshake's refusal, in the form in which Socket.IO sends it: `err.data` reaches the client. */
class HandshakeRefusal extends Error {
  override readonly name = 'HandshakeRefusal'
  readonly data: ConnectErrorData

  constructor(code: ConnectErrorCode, message: string, retryAfterMs?: number) {
    super(message)
    this.data = { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
}

/** The middleware of the namespace: decides who a socket is and where it goes on, or refuses it with a code. */
export function createAuthentication(parts: HandshakeParts) {
  return (socket: RealtimeSocket, next: (refusal?: Error) => void): void => {
    admit(socket, parts).then(
      () => next(),
      (error: unknown) => {
        const refusal = toRefusal(error, parts.logger)
        parts.observer?.onRefused(refusal.data.code)
        next(refusal)
      },
    )
  }
}

async function admit(
  socket: RealtimeSocket,
  { verifier, limits, eventLog, drain }: HandshakeParts,
): Promise<void> {
  refuseWhileDraining(socket, drain)
  const { userId, expiresAt } = await verifySession(verifier, readToken(socket))
  const starts = readStarts(socket, userId)
  const retryAfterMs = await limits.takeHandshake(userId)
  if (retryAfterMs !== undefined) {
    const message = 'Too many connection attempts of this user. Wait a minute.'
    throw new HandshakeRefusal('rate_limited', message, retryAfterMs)
  }
  // The head of this moment is where a client without a cursor goes on: nothing that follows is lost on it.
  for (const channel of [userChannel(userId), ALL_CHANNEL] as const) {
    if (!starts.has(channel)) starts.set(channel, { cursor: await eventLog.head(channel) })
  }
  // It will not close a second time, so it must not be counted in.
  if (socket.conn.readyState !== 'open') {
    throw new HandshakeRefusal('unavailable', 'The connection closed before it was let in.')
  }
  refuseWhileDraining(socket, drain)
  const close = limits.open(userId)
  if (!close) {
    throw new HandshakeRefusal(
      'too_many_connections',
      `This user has ${limits.maxConnectionsPerUser} open connections, the most that are allowed. Close one.`,
    )
  }
  socket.conn.once('close', close)
  Object.assign(socket.data, { userId, expiresAt, starts, queue: new SerialQueue() })
}

/**
 * Asked before the work and after it: a drain may begin meanwhile, and counts the sockets that are in. The connection is
 * closed, so that the refusal is not sent: a stock client that is refused stays away for good.
 */
function refuseWhileDraining({ conn }: RealtimeSocket, { isRunning }: Pick<Drain, 'isRunning'>): void {
  if (!isRunning) return
  conn.close()
  throw new HandshakeRefusal('unavailable', 'This server is stopping. Connect again: another one answers.')
}

function toRefusal(error: unknown, logger: Logger): HandshakeRefusal {
  if (error instanceof HandshakeRefusal) return error
  if (error instanceof TokenError) return new HandshakeRefusal(error.code, error.message)
  if (error instanceof RequestError) return new HandshakeRefusal('bad_request', error.message)
  logger.error({ err: error }, 'A handshake failed')
  return new HandshakeRefusal(
    'unavailable',
    'The server cannot take connections right now. Try again shortly.',
  )
}
