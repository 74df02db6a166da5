import {
  isWebSocketMessage,
  jobIdOf,
  type ConnectErrorCode,
  type JobState,
  type JobView,
  type MessageOf,
  type MessageType,
  type Ready,
  type Resync,
  type WebSocketMessage,
} from '@headway/events'
import { CatchUp, type Heads } from './catch-up.ts'
import { reportUnawaited, type ClientOptions } from './client-options.ts'
import { freshnessOf } from './connection-state.ts'
import { Connection } from './connection.ts'
import { ConnectionStore, type ConnectionSnapshot } from './connection-store.ts'
import { CursorKeeper } from './cursor-keeper.ts'
import { sessionCursorStore } from './cursor-store.ts'
import { resultOf } from './errors.ts'
import type { JobReader } from './job-follower.ts'
import { JobFollowers, type JobFollowing } from './job-followers.ts'
import type { JobMessage } from './job-message.ts'
import { Listeners } from './listeners.ts'
import { MessageRouter } from './message-router.ts'
import { listenToPage } from './page-signals.ts'
import { RestCalls } from './rest-calls.ts'
import { frameScheduler, type Scheduler } from './scheduler.ts'
import { socketIoTransport } from './socket-io-transport.ts'
import type { Store } from './store.ts'
import { TokenSource } from './token-source.ts'

/** What happens to the connection, for `onConnection`. */
export interface ConnectionEvents {
  connected: { readonly userId: string; readonly connectionId: string; readonly replayed: number }
  disconnected: { readonly reason: string }
  reconnecting: { readonly attempt: number; readonly delayMs: number }
  failed: { readonly code: ConnectErrorCode | undefined; readonly message: string }
  /** A gap could not be filled: refetch what came by this channel. Followed jobs are loaded anew already. */
  resync: Resync
  /** Another user than before connected: what was shown is not this one's. */
  'user-changed': { readonly userId: string }
  /** Something in `connection` changed; at once, where its own listeners are told once per frame. */
  changed: undefined
  /** Everything missed has been delivered, with the number of messages. */
  'caught-up': { readonly replayed: number }
}

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
  readonly #connectionStore: ConnectionStore
  readonly #connection: Connection
  readonly #catchUp: CatchUp
  readonly #cursors: CursorKeeper
  readonly #jobs: JobFollowers
  readonly #rest: RestCalls
  readonly #messages: MessageRouter
  readonly #connectionListeners: Listeners<ConnectionEvents>
  #userId: string | null = null
  #latencyMs: number | null = null
  #stopListening: (() => void) | undefined
  #isDestroyed = false

  constructor(options: ClientOptions) {
    const onError = options.onError ?? reportUnawaited
    const tokens = new TokenSource(options)
    this.#messages = new MessageRouter(onError)
    this.#connectionListeners = new Listeners(onError)
    this.scheduler = options.scheduler ?? frameScheduler(onError)
    this.#rest = new RestCalls({
      url: options.url,
      tokens,
      fetch: options.fetch ?? ((...request) => fetch(...request)),
    })
    this.#connection = this.#createConnection(options, tokens, onError)
    this.#catchUp = this.#createCatchUp()
    this.#cursors = new CursorKeeper(options.cursors ?? sessionCursorStore(), () => this.#catchUp.cursors())
    this.#connectionStore = new ConnectionStore(this.scheduler, () => this.#readConnection())
    this.connection = this.#connectionStore
    this.#jobs = new JobFollowers({
      request: (...request) => this.#connection.request(...request),
      isOpen: () => this.#connection.status.state === 'connected',
      catchUp: this.#catchUp,
      lingerMs: options.lingerMs ?? 1_000,
    })
  }

  /** Connects and stays connected until {@link disconnect}; a wait between attempts ends at once. */
  connect(): void {
    if (this.#isDestroyed) throw new Error('This client was destroyed. Create a new one with createClient().')
    if (!this.#stopListening) {
      for (const [channel, cursor] of Object.entries(this.#cursors.load()))
        this.#catchUp.follow(channel, cursor)
      this.#stopListening = listenToPage({
        onWake: () => this.#connection.wake(),
        onOffline: () => this.#connection.offline(),
        onHide: () => this.#cursors.flush(),
      })
    }
    this.#connection.connect()
  }

  /** Ends the connection. Subscriptions stay, and go on with the next {@link connect} where they were. */
  disconnect(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
    this.#cursors.flush()
    this.#connection.disconnect()
  }

  /** Ends everything: no timer, listener or connection is left, and the client can't be used again. */
  destroy(): void {
    this.#isDestroyed = true
    this.disconnect()
    this.#jobs.stop()
    this.scheduler.stop()
    this.#messages.clear()
    this.#connectionListeners.clear()
  }

  /**
   * Follows a job and calls back with each message of its channel, in order; returns the undoing. For the job's state
   * or text use `jobStore` of `@headway/client/jobs`, which also knows what was before.
   */
  subscribe(jobId: string, callback: (message: JobMessage) => void): () => void {
    const remove = this.#messages.onJob(jobId, callback)
    const { release } = this.follow(jobId)
    return () => {
      remove()
      release()
    }
  }

  /** Follows a job for a reader that holds its value; what stores are built on. */
  follow(jobId: string, reader?: JobReader): JobFollowing {
    return this.#jobs.follow(jobId, reader)
  }

  /** Calls back with each message of a type, once, whatever channels it came by; returns the undoing. */
  on<TType extends MessageType>(type: TType, callback: (message: MessageOf<TType>) => void): () => void {
    return this.#messages.on(type, callback)
  }

  /** Calls back with each message, once; returns the undoing. */
  onAny(callback: (message: WebSocketMessage) => void): () => void {
    return this.#messages.onAny(callback)
  }

  /**
   * Calls back with each message of each channel, before all others and also with what another channel has brought
   * already; what stores are built on.
   */
  onEach(callback: (message: WebSocketMessage) => void): () => void {
    return this.#messages.onEach(callback)
  }

  /** Calls back when something happens to the connection; returns the undoing. */
  onConnection<TType extends keyof ConnectionEvents>(
    type: TType,
    callback: (event: ConnectionEvents[TType]) => void,
  ): () => void {
    return this.#connectionListeners.add(type, callback)
  }

  /** Asks for the end of a job. Throws a `RequestError`: `conflict` for a job that has ended otherwise. */
  async cancelJob(jobId: string): Promise<{ state: JobState }> {
    const { state } = resultOf(await this.#connection.request('cancel:job', jobId))
    return { state }
  }

  /** Puts a failed or cancelled job back to work, after its last completed step. Throws a `RequestError`. */
  async resumeJob(jobId: string): Promise<JobView> {
    return await this.#rest.resumeJob(jobId)
  }

  /** Answers a question of a job. Throws a `RequestError`. */
  async answerJob(jobId: string, question: string, value: unknown): Promise<void> {
    resultOf(await this.#connection.request('answer:job', jobId, question, value))
  }

  #createConnection(
    options: ClientOptions,
    tokens: TokenSource,
    onError: (error: unknown) => void,
  ): Connection {
    return new Connection(
      {
        url: options.url,
        path: options.path ?? '/socket.io',
        tokens,
        openTransport: options.openTransport ?? socketIoTransport,
        backoff: options.backoff ?? {},
        connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
        requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
      },
      {
        cursors: () => this.#catchUp.cursors(),
        onMessage: (message) => {
          if (isWebSocketMessage(message)) this.#catchUp.receive(message)
        },
        onResync: (resync) => this.#catchUp.restart(resync),
        onReady: (ready) => this.#align(ready),
        onConnected: (ready) => this.#announce(ready),
        onDisconnected: (reason) => this.#interrupt(reason),
        onReconnecting: (attempt, delayMs) =>
          this.#connectionListeners.emit('reconnecting', { attempt, delayMs }),
        onFailed: ({ code, message }) => this.#connectionListeners.emit('failed', { code, message }),
        onCheck: () => void this.#catchUp.check(),
        onChange: () => this.#refresh(),
        onError,
      },
    )
  }

  #createCatchUp(): CatchUp {
    return new CatchUp({
      request: (...request) => this.#connection.request(...request),
      deliver: (message) => this.#deliver(message),
      onResync: (resync) => {
        this.#jobs.rejoin(resync.channel)
        this.#cursors.touch()
        this.#connectionListeners.emit('resync', resync)
      },
      onNotFollowed: (channel) => {
        if (jobIdOf(channel) === undefined) this.#connection.replace(`${channel} is not followed`)
        else this.#jobs.rejoin(channel)
      },
      onHeads: (heads, latencyMs) => this.#takeHeads(heads, latencyMs),
      onUnanswered: (reason) => this.#connection.replace(reason),
      onHealed: (replayed) => this.#connectionListeners.emit('caught-up', { replayed }),
      onChange: () => this.#refresh(),
    })
  }

  #deliver(message: WebSocketMessage): void {
    this.#cursors.touch()
    this.#messages.route(message)
  }

  #align(ready: Ready): void {
    const before = this.#userId
    this.#userId = ready.userId
    if (before !== null && before !== ready.userId) {
      this.#connectionListeners.emit('user-changed', { userId: ready.userId })
    }
    this.#catchUp.alignWith(ready)
    this.#cursors.touch()
  }

  #announce(ready: Ready): void {
    const { userId, connectionId, replayed } = ready
    this.#jobs.reconnected(ready)
    this.#connectionListeners.emit('connected', { userId, connectionId, replayed })
    if (this.#catchUp.underWay === 0) this.#connectionListeners.emit('caught-up', { replayed })
  }

  #interrupt(reason: string): void {
    this.#catchUp.interrupt()
    this.#jobs.interrupt()
    this.#connectionListeners.emit('disconnected', { reason })
  }

  #takeHeads(heads: Heads, latencyMs: number): void {
    this.#latencyMs = latencyMs
    for (const [channel, { textEnd }] of Object.entries(heads)) {
      if (textEnd !== undefined) this.#jobs.compareText(channel, textEnd)
    }
  }

  #refresh(): void {
    this.#connectionStore.refresh()
    this.#connectionListeners.emit('changed', undefined)
  }

  #readConnection(): ConnectionSnapshot {
    const { status, nextRetryAt, failure } = this.#connection
    const freshness = freshnessOf(status, this.#catchUp.underWay)
    return {
      state: status.state,
      freshness,
      staleSince: freshness === 'stale' ? status.staleSince : null,
      attempts: status.attempts,
      nextRetryAt,
      latencyMs: this.#latencyMs,
      userId: this.#userId,
      error: failure && { code: failure.code, message: failure.message },
    }
  }
}
