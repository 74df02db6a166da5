import { isWebSocketMessage, jobIdOf, type Ready, type Resync, type WebSocketMessage } from '@headway/events'
import { CatchUp, type Heads } from './catch-up.ts'
import type { ClientOptions } from './client-options.ts'
import type { Counters } from './client-stats.ts'
import type { ConnectionEvents } from './connection-events.ts'
import { freshnessOf } from './connection-state.ts'
import type { ConnectionSnapshot } from './connection-store.ts'
import { Connection } from './connection.ts'
import { CursorKeeper } from './cursor-keeper.ts'
import { sessionCursorStore } from './cursor-store.ts'
import { JobFollowers } from './job-followers.ts'
import type { Listeners } from './listeners.ts'
import { listenToPage } from './page-signals.ts'
import { SendQueue } from './send-queue.ts'
import { socketIoTransport } from './socket-io-transport.ts'
import type { TokenSource } from './token-source.ts'
import { utf8Length } from './utf8.ts'

/** What a session is made with: the client's options, and whom it tells what. */
export interface SessionParts {
  options: ClientOptions
  tokens: TokenSource
  events: Listeners<ConnectionEvents>
  /** Hands a message to the application; false where it had it already. */
  deliver: (message: WebSocketMessage) => boolean
  onChange: () => void
  onError: (error: unknown) => void
}

/**
 * A user's connection and all that goes with it: the parts that keep it up, read its channels, keep their cursors and
 * follow jobs. None of them knows the others: what one tells, the session brings to the rest.
 */
export class Session {
  readonly jobs: JobFollowers
  readonly sends: SendQueue
  readonly counters: Counters = { received: 0, messages: 0, replayed: 0, gapsHealed: 0, receivedBytes: 0 }
  readonly #parts: SessionParts
  readonly #connection: Connection
  readonly #catchUp: CatchUp
  readonly #cursors: CursorKeeper
  #userId: string | null = null
  #latencyMs: number | null = null
  #stopListening: (() => void) | undefined

  constructor(parts: SessionParts) {
    const { options } = parts
    this.#parts = parts
    this.#connection = this.#createConnection(parts)
    this.#catchUp = this.#createCatchUp(parts)
    this.#cursors = new CursorKeeper(options.cursors ?? sessionCursorStore(), () => this.#catchUp.cursors())
    const { request } = this
    const isOpen = (): boolean => this.#connection.status.state === 'connected'
    const lingerMs = options.lingerMs ?? 1_000
    this.jobs = new JobFollowers({ request, isOpen, catchUp: this.#catchUp, lingerMs })
    this.sends = new SendQueue({
      request,
      isOpen,
      expiryMs: options.sendExpiryMs ?? 60_000,
      onDropped: (dropped) => parts.events.emit('send-dropped', dropped),
    })
  }

  /** Sends a request on the connection; see {@link Connection.request}. */
  readonly request: Connection['request'] = (...request) => this.#connection.request(...request)

  connect(): void {
    if (!this.#stopListening) {
      for (const [channel, cursor] of Object.entries(this.#cursors.load()))
        this.#catchUp.follow(channel, cursor)
      this.#stopListening = listenToPage({
        onWake: () => {
          this.#connection.wake()
          this.#parts.events.emit('woken', undefined)
        },
        onOffline: () => this.#connection.offline(),
        onHide: () => this.#cursors.flush(),
      })
    }
    this.#connection.connect()
  }

  disconnect(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
    this.#cursors.flush()
    this.#connection.disconnect()
  }

  /** Ends for good: no timer, listener or connection is left. */
  stop(): void {
    this.disconnect()
    this.jobs.stop()
    this.sends.clear('stopped')
  }

  /** The connection as it is now. */
  read(): ConnectionSnapshot {
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
      error: failure,
    }
  }

  #createConnection({ options, tokens, events, onChange, onError }: SessionParts): Connection {
    return new Connection(
      { ...options, tokens, openTransport: options.openTransport ?? socketIoTransport },
      {
        cursors: () => this.#catchUp.cursors(),
        onMessage: (message) => {
          if (!isWebSocketMessage(message)) return
          this.counters.received += 1
          this.#catchUp.receive(message)
        },
        onData: (text) => {
          this.counters.receivedBytes += utf8Length(text)
        },
        onResync: (resync) => this.#catchUp.restart(resync),
        onReady: (ready) => this.#align(ready),
        onConnected: (ready) => this.#announce(ready),
        onDisconnected: (reason) => this.#interrupt(reason),
        onReconnecting: (attempt, delayMs) => events.emit('reconnecting', { attempt, delayMs }),
        onFailed: (failure) => events.emit('failed', failure),
        onCheck: () => void this.#catchUp.check(),
        onChange,
        onError,
      },
    )
  }

  #createCatchUp({ events, deliver, onChange }: SessionParts): CatchUp {
    return new CatchUp({
      request: this.request,
      deliver: (message) => {
        this.#cursors.touch()
        if (deliver(message)) this.counters.messages += 1
      },
      onResync: (resync) => this.#restart(resync),
      onNotFollowed: (channel) => {
        if (jobIdOf(channel) === undefined) this.#connection.replace(`${channel} is not followed`)
        else this.jobs.rejoin(channel)
      },
      onHeads: (heads, latencyMs) => this.#takeHeads(heads, latencyMs),
      onUnanswered: (reason) => this.#connection.replace(reason),
      onHealed: (replayed) => {
        this.counters.gapsHealed += 1
        this.counters.replayed += replayed
        events.emit('caught-up', { replayed })
      },
      onChange,
    })
  }

  #restart(resync: Resync): void {
    this.jobs.rejoin(resync.channel)
    this.#cursors.touch()
    this.#parts.events.emit('resync', resync)
  }

  #align(ready: Ready): void {
    const before = this.#userId
    this.#userId = ready.userId
    this.#catchUp.alignWith(ready)
    this.#cursors.touch()
    if (before !== null && before !== ready.userId) {
      this.sends.clear('user-changed')
      this.#parts.events.emit('user-changed', { userId: ready.userId })
    }
  }

  #announce(ready: Ready): void {
    const { userId, connectionId, replayed } = ready
    const { events } = this.#parts
    this.counters.replayed += replayed
    this.jobs.reconnected(ready)
    this.sends.flush()
    events.emit('connected', { userId, connectionId, replayed })
    if (this.#catchUp.underWay === 0) events.emit('caught-up', { replayed })
  }

  #interrupt(reason: string): void {
    this.#catchUp.interrupt()
    this.jobs.interrupt()
    this.#parts.events.emit('disconnected', { reason })
  }

  #takeHeads(heads: Heads, latencyMs: number): void {
    this.#latencyMs = latencyMs
    for (const [channel, { textEnd }] of Object.entries(heads)) {
      if (textEnd !== undefined) this.jobs.compareText(channel, textEnd)
    }
  }
}
