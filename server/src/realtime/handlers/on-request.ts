import type { Logger } from '@headway/event-log'
import type { Ack, AckError, ErrorCode } from '@headway/events'
import { PLAIN_WORDS } from '@headway/jobs'
import type { z } from 'zod'
import { TokenError } from '../../auth/token-error.ts'
import { isOutage } from '../../http/outage.ts'
import { TooManySnapshotReadsError } from '../../snapshot-reads.ts'
import { RequestError } from '../request-error.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import { describeArguments } from './describe-arguments.ts'
import { REQUEST_BURST, REQUESTS_RETRY_AFTER_MS, type RequestBudget } from './request-budget.ts'

const TOO_MANY_REQUESTS = refusal(
  'rate_limited',
  'Too many requests on this connection. Slow down.',
  REQUESTS_RETRY_AFTER_MS,
)

/** Sends the acknowledgement; a second call does nothing. */
type Answer<TResult extends object> = (result: TResult) => void

/** What stands behind one event of a client. */
export interface RequestHandler<TArguments extends z.ZodTuple, TResult extends object> {
  /** The arguments before the acknowledgement. */
  arguments: TArguments
  /** Answers, or throws a RequestError. Runs after the socket's earlier requests have ended. */
  run(socket: RealtimeSocket, parameters: z.output<TArguments>, answer: Answer<TResult>): Promise<void>
}

/** Untyped, since one wrapper serves all events: their contract is in ClientToServerEvents. */
interface UntypedSocket {
  on(event: string, listener: (...values: unknown[]) => void): unknown
  onAny(listener: (event: unknown, ...values: unknown[]) => void): unknown
}

/** Longest name of an event that is repeated to its sender. */
const NAME_MAX_LENGTH = 100

/**
 * The one way in for events of a client. Socket.IO lets a throw, a rejection or a missing acknowledgement end the
 * process; here each becomes a typed answer or a log line.
 */
export function onRequest<TArguments extends z.ZodTuple, TResult extends object>(
  socket: RealtimeSocket,
  event: string,
  handler: RequestHandler<TArguments, TResult>,
  { logger, budget }: { logger: Logger; budget: RequestBudget },
): void {
  ;(socket as unknown as UntypedSocket).on(event, (...values) => {
    const acknowledge = acknowledgementOf<TResult>(values)
    const { queue } = socket.data
    // What waits behind a request that takes long (its answer, for a reader who doesn't read) is in memory meanwhile.
    if (!budget.take() || queue.length > REQUEST_BURST) return acknowledge(TOO_MANY_REQUESTS)
    const parameters = handler.arguments.safeParse(withoutAcknowledgement(values), PLAIN_WORDS)
    if (!parameters.success) {
      return acknowledge(refusal('bad_request', describeArguments(event, parameters.error)))
    }

    const answer: Answer<TResult> = (result) => acknowledge({ ok: true, ...result })
    queue
      .run(() => handler.run(socket, parameters.data, answer))
      .catch((error: unknown) => acknowledge(toAckError(error, event, logger)))
  })
}

/**
 * Refuses every event that has no handler, where its sender waits for an answer: it would wait for ever. It costs what any other request does.
 *
 * @param known the events that have one
 */
export function refuseOtherRequests(
  socket: RealtimeSocket,
  known: ReadonlySet<string>,
  budget: RequestBudget,
): void {
  ;(socket as unknown as UntypedSocket).onAny((event, ...values) => {
    const name = String(event)
    if (known.has(name)) return
    const acknowledge = acknowledgementOf<object>(values)
    if (!budget.take()) return acknowledge(TOO_MANY_REQUESTS)
    const shown = JSON.stringify(name.slice(0, NAME_MAX_LENGTH))
    acknowledge(
      refusal('bad_request', `There is no event ${shown}; the server knows ${[...known].join(', ')}.`),
    )
  })
}

function acknowledgementOf<TResult extends object>(values: unknown[]): (result: Ack<TResult>) => void {
  const last = values.at(-1)
  let isAnswered = false
  return (result) => {
    if (isAnswered || typeof last !== 'function') return
    isAnswered = true
    last(result)
  }
}

function withoutAcknowledgement(values: unknown[]): unknown[] {
  return typeof values.at(-1) === 'function' ? values.slice(0, -1) : values
}

function toAckError(error: unknown, event: string, logger: Logger): AckError {
  if (error instanceof RequestError) return refusal(error.code, error.message, error.retryAfterMs)
  if (error instanceof TokenError) return refusal(error.code, error.message)
  if (error instanceof TooManySnapshotReadsError) {
    return refusal(error.code, error.message, error.retryAfterSeconds * 1_000)
  }
  logger.error({ err: error, event }, 'A request of a socket failed')
  if (isOutage(error))
    return refusal('unavailable', 'Redis or Postgres can not be reached. Try again shortly.')
  return refusal('internal', 'The server could not answer this. Its log says why.')
}

function refusal(code: ErrorCode, message: string, retryAfterMs?: number): AckError {
  return { ok: false, error: { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) } }
}
