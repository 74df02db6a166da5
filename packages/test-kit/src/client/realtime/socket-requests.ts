import {
  JOB_ID_PATTERN,
  TEXT_ACK_MAX_BYTES,
  jobChannel,
  jobIdOf,
  type Channel,
  type ClientToServerEvents,
  type JobState,
  type JobSubscription,
  type ResumeResult,
} from '@headway/events'
import type { AccessTokens } from '../access-tokens.ts'
import type { JobBook } from '../jobs/job-book.ts'
import type { JobCalls } from '../jobs/job-calls.ts'
import { boundaryBefore } from '../jobs/utf8-pieces.ts'
import type { MessageHub } from '../log/message-hub.ts'
import { RequestError } from '../request-error.ts'
import type { FakeConnection } from './fake-connection.ts'

export interface SocketRequestsParts {
  readonly hub: MessageHub
  readonly book: JobBook
  readonly calls: JobCalls
  readonly tokens: AccessTokens
}

type Request = (connection: FakeConnection, values: readonly unknown[]) => object

/** What stands behind each event of a client: answers the acknowledgement, or throws a RequestError. */
export function socketRequests(parts: SocketRequestsParts): Record<keyof ClientToServerEvents, Request> {
  const { calls, tokens } = parts
  return {
    'subscribe:job': (connection, [jobId, options]) =>
      subscribe(connection, parts, parseJobId(jobId), options ?? {}),
    'unsubscribe:job': (connection, [jobId]) => {
      connection.leave(jobChannel(parseJobId(jobId)))
      return {}
    },
    'cancel:job': ({ userId }, [jobId]): { state: JobState } => ({
      state: calls.cancel(userId, parseJobId(jobId)).view.state,
    }),
    'answer:job': ({ userId }, [jobId, question, value]) => {
      calls.answer(userId, { jobId: parseJobId(jobId), question: String(question), value })
      return {}
    },
    resume: (connection, [channel, cursor]) =>
      resume(connection, parts.hub, channel as Channel, parseCursor(cursor)),
    'auth:refresh': (connection, [token]) => {
      const verified = tokens.verify(token)
      if (verified.userId !== connection.userId) {
        throw new RequestError('forbidden', 'The token is of another user. Connect anew to change the user.')
      }
      connection.noticeExpiry(verified)
      return { expiresAt: verified.expiresAt.toISOString() }
    },
    sync: (connection) => {
      connection.heal()
      return { serverTime: new Date().toISOString(), channels: heads(connection, parts.book) }
    },
  }
}

interface SubscribeOptions {
  cursor?: number
  textOffset?: number
}

/** What the cursor missed is sent; then comes the snapshot, and what is published later. */
function subscribe(
  connection: FakeConnection,
  { hub, calls }: SocketRequestsParts,
  jobId: string,
  { cursor, textOffset = 0 }: SubscribeOptions,
): JobSubscription {
  const { view, text } = calls.own(connection.userId, jobId)
  const channel = jobChannel(jobId)
  const log = hub.log(channel)
  connection.replay(channel, log.readAfter(cursor ?? connection.places.get(channel) ?? log.head))
  connection.follow(channel)
  const start = boundaryBefore(text, textOffset)
  const end = boundaryBefore(text, start + TEXT_ACK_MAX_BYTES)
  return {
    channel,
    seq: log.head,
    job: structuredClone(view),
    text: text.subarray(start, end).toString(),
    textOffset: start,
    textEnd: text.length,
  }
}

function resume(connection: FakeConnection, hub: MessageHub, channel: Channel, cursor: number): ResumeResult {
  if (!connection.follows(channel)) {
    throw new RequestError(
      'not_subscribed',
      `This connection does not follow ${channel}. Subscribe to it first.`,
    )
  }
  const log = hub.log(channel)
  const replay = log.readAfter(cursor)
  const seq = log.head
  connection.follow(channel)
  if (replay.outcome === 'resync') return { status: 'resync', seq, reason: replay.reason }
  return { status: 'replayed', count: connection.replay(channel, replay), seq }
}

function heads(connection: FakeConnection, book: JobBook): Record<string, { seq: number; textEnd?: number }> {
  return Object.fromEntries(
    [...connection.places].map(([channel, seq]) => {
      const textEnd = book.find(jobIdOf(channel) ?? '')?.text.length
      return [channel, { seq, ...(textEnd !== undefined && { textEnd }) }]
    }),
  )
}

function parseJobId(value: unknown): string {
  if (typeof value === 'string' && JOB_ID_PATTERN.test(value)) return value
  throw new RequestError('bad_request', 'The first argument must be the UUID of a job.')
}

function parseCursor(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new RequestError('bad_request', 'The cursor must be an integer from 0 to 2^53 - 1.')
}
