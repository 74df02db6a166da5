import {
  jobChannel,
  type JobState,
  type JobView,
  type MessageOf,
  type MessageType,
  type WebSocketMessage,
} from '@headway/events'
import { reportUnawaited, type ClientOptions } from './client-options.ts'
import type { ClientStats } from './client-stats.ts'
import type { ConnectionEvents } from './connection-events.ts'
import type { ConnectionState } from './connection-state.ts'
import { ConnectionStore, type ConnectionSnapshot } from './connection-store.ts'
import { resultOf } from './errors.ts'
import type { JobReader } from './job-follower.ts'
import type { JobFollowing } from './job-followers.ts'
import type { JobMessage } from './job-message.ts'
import { Listeners } from './listeners.ts'
import { MessageRouter } from './message-router.ts'
import { RestCalls, type RestCall } from './rest-calls.ts'
import { frameScheduler, type Scheduler } from './scheduler.ts'
import type { SendName } from './send-queue.ts'
import { Session } from './session.ts'
import type { Store } from './store.ts'
import { TokenSource } from './token-source.ts'
import type { RequestAck, RequestArgs } from './transport.ts'

/**
 * One user's connection and everything that comes by it: each message once and in order, or the news that some are
 * lost (`resync`). See SPEC.md for what is promised.
 *
 * @example
 * const client = createClient({ getToken: () => fetchToken() })
 * client.on('JOB_COMPLETED', ({ payload }) => notify(payload.jobId))
 * client.connect()
 */
export class HeadwayClient {
  /** State and freshness of the connection. */
  readonly connection: Store<ConnectionSnapshot>
  /** Gathers what this client's stores tell. */
  readonly scheduler: Scheduler
  readonly #session: Session
  readonly #rest: RestCalls
  readonly #messages: MessageRouter
  readonly #events: Listeners<ConnectionEvents>
  #isDestroyed = false

  constructor(options: ClientOptions) {
    const onError = options.onError ?? reportUnawaited
    const tokens = new TokenSource(options)
    const events = new Listeners<ConnectionEvents>(onError)
    const messages = new MessageRouter(onError)
    this.#events = events
    this.#messages = messages
    this.scheduler = options.scheduler ?? frameScheduler(onError)
    this.#rest = new RestCalls({
      url: options.url,
      tokens,
      fetch: options.fetch,
    })
    this.#session = new Session({
      options,
      tokens,
      events,
      deliver: (message) => messages.route(message),
      onChange: () => {
        connection.refresh()
        events.emit('changed', undefined)
      },
      onError,
    })
    const connection = new ConnectionStore(this.scheduler, () => this.#session.read())
    this.connection = connection
  }

  /** Connects and stays connected until {@link disconnect}; a wait between attempts ends at once. */
  connect(): void {
    if (this.#isDestroyed) throw new Error('This client was destroyed. Create a new one.')
    this.#session.connect()
  }

  /** Ends the connection. Subscriptions stay, and go on with the next {@link connect} where they were. */
  disconnect(): void {
    this.#session.disconnect()
  }

  /** Ends everything: no timer, listener or connection is left, and the client can't be used again. */
  destroy(): void {
    this.#isDestroyed = true
    this.#session.stop()
    this.scheduler.stop()
    this.#messages.clear()
    this.#events.clear()
  }

  /** The state of the connection now; `connection` also tells when it changes. */
  getConnectionState(): ConnectionState {
    return this.#session.read().state
  }

  /** Numbers about this client since it was created. */
  getStats(): ClientStats {
    const { state, attempts, latencyMs } = this.#session.read()
    const { counters, sends } = this.#session
    const duplicatesDropped = counters.received - counters.messages
    return { state, attempts, latencyMs, ...counters, duplicatesDropped, queueLength: sends.length }
  }

  /**
   * Follows a job and calls back with each message of its channel, in order; returns the undoing. For the job's state
   * or text use `jobStore` of `@headway/client/jobs`, which also knows what was before.
   */
  subscribe(jobId: string, callback: (message: JobMessage) => void): () => void {
    const remove = this.#messages.add(jobChannel(jobId), callback)
    const { release } = this.follow(jobId)
    return () => {
      remove()
      release()
    }
  }

  /** Follows a job for a reader that holds its value; what stores are built on. */
  follow(jobId: string, reader?: JobReader): JobFollowing {
    return this.#session.jobs.follow(jobId, reader)
  }

  /**
   * Calls back with each message of a type; returns the undoing. What has a `version` comes once, although two channels carry it;
   * a `JOB_ARTIFACT` comes by each that is followed, with one `artifactId`.
   */
  on<TType extends MessageType>(type: TType, callback: (message: MessageOf<TType>) => void): () => void {
    return this.#messages.add(type, callback as never)
  }

  /** Calls back with each message, as {@link on} does; returns the undoing. */
  onAny(callback: (message: WebSocketMessage) => void): () => void {
    return this.#messages.add('*', callback)
  }

  /**
   * Calls back with each message of each channel, before all others and also with what another channel has brought
   * already; what stores are built on.
   */
  onEach(callback: (message: WebSocketMessage) => void): () => void {
    return this.#messages.add('**', callback)
  }

  /** Calls back when something happens to the connection; returns the undoing. */
  onConnection<TType extends keyof ConnectionEvents>(
    type: TType,
    callback: (event: ConnectionEvents[TType]) => void,
  ): () => void {
    return this.#events.add(type, callback)
  }

  /**
   * Makes a call now, or once there is a connection: in the order of the calls, each until it is answered. One that can't
   * be made within `sendExpiryMs`, or is the oldest of more than 1,000, is given up: `send-dropped` tells which. Never
   * rejects: the answer is an acknowledgement, with `unavailable` for a call that was given up.
   *
   * @example
   * const answer = await client.send('cancel:job', jobId)
   * if (!answer.ok) show(answer.error.message)
   */
  send<TName extends SendName>(name: TName, ...args: RequestArgs<TName>): Promise<RequestAck<TName>> {
    return this.#session.sends.send(name, args)
  }

  /** Asks for the end of a job. Throws a `RequestError`: `conflict` for a job that has ended otherwise. */
  async cancelJob(jobId: string): Promise<{ state: JobState }> {
    const { state } = resultOf(await this.#session.request('cancel:job', jobId))
    return { state }
  }

  /** Puts a failed or cancelled job back to work, after its last completed step. Throws a `RequestError`. */
  resumeJob(jobId: string): Promise<JobView> {
    return this.callApi(`/api/jobs/${encodeURIComponent(jobId)}/resume`, { method: 'POST' })
  }

  /** Any call of the REST API that answers with JSON, as this client's user. Throws a `RequestError`. */
  callApi<TAnswer>(path: string, call?: RestCall): Promise<TAnswer> {
    return this.#rest.call(path, call)
  }

  /** Answers a question of a job. Throws a `RequestError`. */
  async answerJob(jobId: string, question: string, value: unknown): Promise<void> {
    resultOf(await this.#session.request('answer:job', jobId, question, value))
  }
}
