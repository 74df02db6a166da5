import {
  isWebSocketMessage,
  jobChannel,
  jobIdOf,
  type JobState,
  type JobView,
  type MessageOf,
  type MessageType,
  type Ready,
  type WebSocketMessage,
} from '@headway/events'
import { CatchUp } from './catch-up.ts'
import { ClientEvents } from './client-events.ts'
import { reportUnawaited } from './client-options.ts'
import type { ClientParts } from './client-parts.ts'
import type { ClientStats, Counters } from './client-stats.ts'
import type { ConnectionEvents } from './connection-events.ts'
import { freshnessOf, type ConnectionState } from './connection-state.ts'
import { ConnectionStore, type ConnectionSnapshot } from './connection-store.ts'
import { Connection } from './connection.ts'
import { sessionCursorStore, type CursorStore } from './cursor-store.ts'
import { resultOf } from './errors.ts'
import type { JobFollowing, JobReader } from './job-follower.ts'
import type { JobMessage } from './job-message.ts'
import { listenToPage } from './page-signals.ts'
import { callApi, type RestCall } from './rest-calls.ts'
import { frameScheduler, type Scheduler } from './scheduler.ts'
import { SendQueue, type SendName } from './send-queue.ts'
import type { Store } from './store.ts'
import { TokenSource } from './token-source.ts'
import type { RequestAck, RequestArgs } from './transport.ts'
import { utf8Length } from './utf8.ts'

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
  readonly #parts: ClientParts
  readonly #events: ClientEvents
  readonly #store: ConnectionStore
  readonly #connection: Connection
  readonly #catchUp: CatchUp
  readonly #sends: SendQueue
  readonly #cursors: CursorStore
  readonly #counters: Counters = { received: 0, messages: 0, replayed: 0, gapsHealed: 0, receivedBytes: 0 }
  #userId: string | null = null
  #latencyMs: number | null = null
  #stopListening: (() => void) | undefined
  #isDestroyed = false

  constructor(options: ClientParts['options']) {
    const onError = options.onError ?? reportUnawaited
    this.#cursors = options.cursors ?? sessionCursorStore()
    this.#events = new ClientEvents(onError)
    this.scheduler = options.scheduler ?? frameScheduler(onError)
    this.#parts = {
      options,
      tokens: new TokenSource(options),
      events: this.#events,
      request: (...args) => this.#connection.request(...args),
      isOpen: () => this.getConnectionState() === 'connected',
      onChange: () => {
        this.#store.refresh()
        this.#events.emit('changed', undefined)
      },
      onError,
    }
    this.#connection = this.#createConnection()
    this.#catchUp = this.#createCatchUp(options.lingerMs)
    this.#sends = new SendQueue({ ...this.#parts, expiryMs: options.sendExpiryMs ?? 60_000 })
    this.#store = new ConnectionStore(this.scheduler, () => this.#read())
    this.connection = this.#store
  }

  /** Connects and stays connected until {@link disconnect}; a wait between attempts ends at once. */
  connect(): void {
    if (this.#isDestroyed) throw new Error('This client was destroyed. Create a new one.')
    if (!this.#stopListening) {
      for (const [channel, cursor] of Object.entries(this.#cursors.load()))
        if (Number.isSafeInteger(cursor) && cursor >= 0) this.#catchUp.follow(channel, cursor)
      this.#stopListening = listenToPage({
        onWake: () => {
          if (this.#parts.isOpen()) this.#catchUp.check()
          this.#connection.wake()
          this.#events.emit('woken', undefined)
        },
        onHide: this.#keepCursors,
      })
    }
    this.#connection.connect()
  }

  /** Ends the connection. Subscriptions stay, and go on with the next {@link connect} where they were. */
  disconnect(): void {
    if (this.#stopListening) {
      this.#stopListening()
      this.#stopListening = undefined
      this.#keepCursors()
    }
    this.#connection.disconnect()
  }

  /** Ends everything: no timer, listener or connection is left, and the client can't be used again. */
  destroy(): void {
    this.#isDestroyed = true
    this.disconnect()
    this.#catchUp.stop()
    this.#sends.clear('stopped')
    this.scheduler.stop()
    this.#events.clear()
  }

  /** The state of the connection now; `connection` also tells when it changes. */
  getConnectionState(): ConnectionState {
    return this.#connection.status.state
  }

  /** Numbers about this client since it was created. */
  getStats(): ClientStats {
    const { state, attempts } = this.#connection.status
    const { received, messages } = this.#counters
    return {
      ...this.#counters,
      state,
      attempts,
      latencyMs: this.#latencyMs,
      duplicatesDropped: received - messages,
      queueLength: this.#sends.length,
    }
  }

  /**
   * Follows a job and calls back with each message of its channel, in order; returns the undoing. For the job's state
   * or text use `jobStore` of `@headway/client/jobs`, which also knows what was before.
   */
  subscribe(jobId: string, callback: (message: JobMessage) => void): () => void {
    const remove = this.#events.add(jobChannel(jobId), callback as never)
    const { release } = this.follow(jobId)
    return () => {
      remove()
      release()
    }
  }

  /** Follows a job for a reader that holds its value; what stores are built on. */
  follow(jobId: string, reader?: JobReader): JobFollowing {
    return this.#catchUp.followJob(jobId, reader)
  }

  /**
   * Calls back with each message of a type; returns the undoing. What has a `version` comes once, although two channels carry it;
   * a `JOB_ARTIFACT` comes by each that is followed, with one `artifactId`.
   */
  on<TType extends MessageType>(type: TType, callback: (message: MessageOf<TType>) => void): () => void {
    return this.#events.add(type, callback as never)
  }

  /** Calls back with each message, as {@link on} does; returns the undoing. */
  onAny(callback: (message: WebSocketMessage) => void): () => void {
    return this.#events.add('*', callback)
  }

  /**
   * Calls back with each message of each channel, before all others and also with what another channel has brought
   * already; what stores are built on.
   */
  onEach(callback: (message: WebSocketMessage) => void): () => void {
    return this.#events.add('**', callback)
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
    return this.#sends.send(name, args)
  }

  /** Asks for the end of a job. Throws a `RequestError`: `conflict` for a job that has ended otherwise. */
  async cancelJob(jobId: string): Promise<{ state: JobState }> {
    const { state } = resultOf(await this.#connection.request('cancel:job', jobId))
    return { state }
  }

  /** Puts a failed or cancelled job back to work, after its last completed step. Throws a `RequestError`. */
  resumeJob(jobId: string): Promise<JobView> {
    return this.callApi(`/api/jobs/${encodeURIComponent(jobId)}/resume`, { method: 'POST' })
  }

  /** Any call of the REST API that answers with JSON, as this client's user. Throws a `RequestError`. */
  callApi<TAnswer>(path: string, call?: RestCall): Promise<TAnswer> {
    return callApi(this.#parts, path, call)
  }

  /** Answers a question of a job. Throws a `RequestError`. */
  async answerJob(jobId: string, question: string, value: unknown): Promise<void> {
    resultOf(await this.#connection.request('answer:job', jobId, question, value))
  }

  #createConnection(): Connection {
    return new Connection(this.#parts, {
      cursors: () => this.#catchUp.cursors(),
      onMessage: (message) => {
        if (!isWebSocketMessage(message)) return
        this.#counters.received += 1
        this.#catchUp.receive(message)
      },
      onData: (text) => {
        this.#counters.receivedBytes += utf8Length(text)
      },
      onResync: (resync) => this.#catchUp.restart(resync),
      onReady: (ready) => this.#align(ready),
      onConnected: (ready) => this.#announce(ready),
      onDisconnected: (reason) => {
        this.#catchUp.interrupt()
        this.#events.emit('disconnected', { reason })
      },
    })
  }

  #createCatchUp(lingerMs = 1_000): CatchUp {
    return new CatchUp({
      ...this.#parts,
      lingerMs,
      isUp: () => this.#connection.isOpen,
      deliver: (message) => {
        this.scheduler.schedule(this.#keepCursors)
        if (this.#events.route(message)) this.#counters.messages += 1
      },
      onLatency: (latencyMs) => {
        this.#latencyMs = latencyMs
      },
      onUnanswered: (reason) => this.#connection.replace(reason),
      onHealed: (replayed) => {
        this.#counters.gapsHealed += 1
        this.#counters.replayed += replayed
        this.#events.emit('caught-up', { replayed })
      },
    })
  }

  /** Keeps where a reload goes on: once a frame while messages come, and at once when the page may be left next. */
  readonly #keepCursors = (): void => {
    const cursors: Record<string, number> = {}
    for (const [channel, cursor] of Object.entries(this.#catchUp.cursors())) {
      // A job starts from its snapshot, which a page that was reloaded has lost.
      if (jobIdOf(channel) === undefined) cursors[channel] = cursor
    }
    this.#cursors.save(cursors)
  }

  /** The server has sent what was missed. It may have taken this client for another user than before. */
  #align(ready: Ready): void {
    const before = this.#userId
    this.#userId = ready.userId
    this.#catchUp.alignWith(ready)
    this.scheduler.schedule(this.#keepCursors)
    if (before !== null && before !== ready.userId) {
      this.#sends.clear('user-changed')
      this.#events.emit('user-changed', ready)
    }
  }

  /** The connection stands, and its state says so. */
  #announce(ready: Ready): void {
    this.#counters.replayed += ready.replayed
    this.#catchUp.reconnected(ready)
    this.#sends.flush()
    this.#events.emit('connected', ready)
    if (this.#catchUp.underWay === 0) this.#events.emit('caught-up', ready)
  }

  /** The connection as it is now. */
  #read(): ConnectionSnapshot {
    const { status, isOpen } = this.#connection
    const freshness = freshnessOf(status.state, isOpen, this.#catchUp.underWay)
    return {
      ...status,
      freshness,
      staleSince: freshness === 'stale' ? status.staleSince : null,
      latencyMs: this.#latencyMs,
      userId: this.#userId,
    }
  }
}
