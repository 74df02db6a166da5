import type { EventLog, Logger, TextLog } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import type { TokenVerifier } from '../auth/token-verifier.ts'
import type { SnapshotReads } from '../snapshot-reads.ts'
import type { Backpressure } from './backpressure/backpressure.ts'
import type { ChannelFollower } from './channel-follower.ts'
import { createAnswerJob } from './handlers/answer-job.ts'
import { createAuthRefresh } from './handlers/auth-refresh.ts'
import { createCancelJob } from './handlers/cancel-job.ts'
import { onRequest, refuseOtherRequests } from './handlers/on-request.ts'
import { RequestBudget } from './handlers/request-budget.ts'
import { createResume } from './handlers/resume.ts'
import { createSubscribeJob } from './handlers/subscribe-job.ts'
import { createSync } from './handlers/sync.ts'
import { createUnsubscribeJob } from './handlers/unsubscribe-job.ts'
import { TokenSession } from './handshake/token-session.ts'
import type { RealtimeObserver } from './realtime-observer.ts'
import type { Sequencer } from './sequencer/sequencer.ts'
import type { RealtimeServer, RealtimeSocket } from './socket-data.ts'
import { welcome } from './welcome.ts'

export interface SocketParts {
  engine: JobEngine | undefined
  verifier: TokenVerifier
  backpressure: Backpressure
  sequencer: Sequencer
  follower: ChannelFollower
  eventLog: EventLog
  textLog: TextLog
  snapshots: SnapshotReads
  logger: Logger
  instanceId: string
  observer?: RealtimeObserver | undefined
}

/** Gives every socket that was let in its handlers, its end, and its welcome. */
export function acceptSockets(io: RealtimeServer, parts: SocketParts): void {
  const handlers = {
    'subscribe:job': createSubscribeJob(parts),
    'unsubscribe:job': createUnsubscribeJob(),
    'cancel:job': createCancelJob(parts.engine),
    'answer:job': createAnswerJob(parts.engine),
    resume: createResume(parts.follower),
    sync: createSync(parts.sequencer),
  }
  const events = new Set([...Object.keys(handlers), 'auth:refresh'])
  io.on('connection', (socket) => {
    parts.backpressure.watch(socket)
    parts.observer?.onConnect()
    socket.once('disconnect', () => parts.observer?.onDisconnect())
    const session = new TokenSession(socket)
    const wrapper = { logger: parts.logger, budget: new RequestBudget() }
    onRequest(socket, 'subscribe:job', handlers['subscribe:job'], wrapper)
    onRequest(socket, 'unsubscribe:job', handlers['unsubscribe:job'], wrapper)
    onRequest(socket, 'cancel:job', handlers['cancel:job'], wrapper)
    onRequest(socket, 'answer:job', handlers['answer:job'], wrapper)
    onRequest(socket, 'resume', handlers.resume, wrapper)
    onRequest(socket, 'sync', handlers.sync, wrapper)
    onRequest(socket, 'auth:refresh', createAuthRefresh(parts.verifier, session), wrapper)
    refuseOtherRequests(socket, events, wrapper.budget)
    socket.data.queue
      .run(() => welcome(socket, parts))
      .catch((error: unknown) => turnAway(socket, error, parts))
  })
}

/** A socket that can't be caught up is closed, so that it comes back with its cursors instead of missing messages. */
function turnAway(socket: RealtimeSocket, error: unknown, { logger }: SocketParts): void {
  logger.warn({ err: error, connectionId: socket.id }, 'A socket could not be caught up and was closed')
  socket.conn.close()
}
