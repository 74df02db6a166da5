import type { Closing, Ready } from '@headway/events'
import { backoffDelayMs } from './backoff.ts'
import type { ClientEvents } from './client-events.ts'
import type { ClientOptions } from './client-options.ts'
import type { ConnectionSnapshot } from './connection-store.ts'
import { initialStatus, transition, type ConnectionStatus } from './connection-state.ts'
import { resultOf, unavailable } from './errors.ts'
import { isOnline } from './page-signals.ts'
import { isFinalRefusal, isTokenRefusal } from './refusal.ts'
import type { TokenSource } from './token-source.ts'
import type {
  RequestAck,
  RequestArgs,
  RequestName,
  Transport,
  TransportFactory,
  TransportHandlers,
} from './transport.ts'

/** Why there is no connection, and none will come by itself. */
export type ConnectionFailure = Parameters<TransportHandlers['onRefused']>[0]

/** What a connection is made with. */
export interface ConnectionParts {
  options: ClientOptions & { openTransport: TransportFactory }
  tokens: TokenSource
  /** Told `reconnecting` and `failed`. */
  events: Pick<ClientEvents, 'emit'>
  /** Something in the status changed. */
  onChange: () => void
  onError: (error: unknown) => void
}

/** What a connection tells its owner. */
export interface ConnectionHandlers extends Pick<TransportHandlers, 'onMessage' | 'onResync' | 'onData'> {
  cursors: () => Record<string, number>
  /** The server has sent all that it has; the state becomes `connected` right after this. */
  onReady: (ready: Ready) => void
  onConnected: (ready: Ready) => void
  /** A connection ended, wanted or not; requests under way have failed. */
  onDisconnected: (reason: string) => void
}

/** An attempt at a connection, and the connection that comes of it. */
interface Attempt {
  transport?: Transport
  /** The handshake was accepted, so that what was missed is arriving or has arrived. */
  isOpen?: boolean
  /** The next one follows its end at once. */
  isUrgent?: boolean
  /** What the server said of its end. */
  hint?: Closing | ConnectionFailure
}

/** The time until the next attempt. */
interface Wait {
  until: number
  /** The server has named the time. */
  isFirm: boolean
}

/** Keeps one connection up: dials, waits, renews the token. Its states are those of `connection-state.ts`. */
export class Connection {
  readonly #parts: ConnectionParts
  readonly #handlers: ConnectionHandlers
  #status = initialStatus(Date.now())
  /** What a former one still brings is ignored. */
  #attempt: Attempt | undefined
  #wait: Wait | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #error: ConnectionFailure | null = null
  #noRefreshBefore = 0

  constructor(parts: ConnectionParts, handlers: ConnectionHandlers) {
    this.#parts = parts
    this.#handlers = handlers
  }

  /** The connection as it is now. */
  get status(): ConnectionStatus & Pick<ConnectionSnapshot, 'nextRetryAt' | 'error'> {
    return { ...this.#status, nextRetryAt: this.#wait?.until ?? null, error: this.#error }
  }

  get isOpen(): boolean {
    return this.#attempt?.isOpen ?? false
  }

  connect(): void {
    if (!this.#attempt) {
      this.#error = null
      void this.#dial()
      this.#parts.onChange()
    }
  }

  disconnect(): void {
    this.#hangUp('disconnect')
  }

  /** The page or the network came back: browsers end the connections of pages that they put to sleep. */
  wake(): void {
    if (this.#attempt) this.#attempt.isUrgent = true
    else if (
      this.#status.state === 'reconnecting' &&
      !this.#wait?.isFirm &&
      isOnline(this.#parts.options.url)
    ) {
      void this.#dial()
    }
    this.#parts.onChange()
  }

  /** Gives up a connection that does not answer any more and dials again at once. */
  replace(reason: string): void {
    this.wake()
    this.#lose(this.#attempt, reason)
  }

  /** Sends a request; `unavailable` unless the connection is up. */
  async request<TName extends RequestName>(
    name: TName,
    ...args: RequestArgs<TName>
  ): Promise<RequestAck<TName>> {
    if (this.#attempt?.transport && this.#attempt.isOpen) {
      return await this.#attempt.transport.request(name, args, this.#parts.options.requestTimeoutMs ?? 10_000)
    }
    return unavailable(`${name} was not sent (${this.#status.state})`) as RequestAck<TName>
  }

  async #dial(): Promise<void> {
    const { options, tokens } = this.#parts
    const { url, path = '/socket.io', openTransport, connectTimeoutMs = 20_000 } = options
    const attempt: Attempt = {}
    this.#attempt = attempt
    this.#wait = undefined
    this.#status = transition(this.#status, 'connect', Date.now())
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const reason = `no answer within ${connectTimeoutMs} ms`
      this.#lose(attempt, reason)
      tokens.giveUp(new Error(reason))
    }, connectTimeoutMs)
    try {
      const token = await tokens.current()
      if (attempt !== this.#attempt) return
      if (token === null) {
        const message = 'There is no token: getToken answered with nothing.'
        this.#refuse(attempt, { code: 'unauthorized', message }, true)
      } else {
        attempt.transport = openTransport({ url, path }, this.#transportHandlers(attempt, token))
      }
    } catch (error) {
      if (attempt !== this.#attempt) return
      this.#error = { message: (error as Error).message }
      this.#parts.onError(error)
      this.#lose(attempt)
    }
  }

  #transportHandlers(attempt: Attempt, token: string): TransportHandlers {
    const { cursors, onMessage, onResync, onData } = this.#handlers
    return {
      onMessage,
      onResync,
      auth: () => ({ token, cursors: cursors() }),
      onOpen: () => {
        attempt.isOpen = true
        this.#parts.onChange()
      },
      onData: (text) => {
        attempt.isUrgent = false
        onData(text)
      },
      onReady: (ready) => this.#becomeReady(attempt, ready),
      onExpiring: () => void this.#refresh(),
      onClosing: (closing) => {
        attempt.isUrgent ||= closing.retryAfterMs !== undefined
        this.#heed(attempt, closing)
      },
      onClose: (reason) => this.#lose(attempt, reason),
      onRefused: (refusal) => this.#refuse(attempt, refusal),
    }
  }

  #becomeReady(attempt: Attempt, ready: Ready): void {
    if (attempt !== this.#attempt) return
    clearTimeout(this.#timer)
    this.#error = null
    this.#handlers.onReady(ready)
    // Whoever heard of another user may have ended the connection.
    if (attempt !== this.#attempt) return
    this.#status = transition(this.#status, 'ready', Date.now())
    this.#parts.onChange()
    this.#handlers.onConnected(ready)
  }

  /** What the server says of the end of an attempt or of its connection. */
  #heed(attempt: Attempt, hint: Closing | ConnectionFailure): void {
    attempt.hint = hint
    if (isTokenRefusal(hint.code)) this.#parts.tokens.invalidate()
  }

  /** The server or the network refused the attempt. */
  #refuse(
    attempt: Attempt,
    refusal: ConnectionFailure,
    isFinal = isFinalRefusal(refusal.code, this.#error?.code),
  ): void {
    if (attempt !== this.#attempt) return
    this.#error = refusal
    this.#heed(attempt, refusal)
    if (isFinal) {
      this.#hangUp('rejected')
      this.#parts.events.emit('failed', refusal)
    } else if (isTokenRefusal(refusal.code)) {
      this.#hangUp('lost')
      this.wake()
    } else {
      this.#lose(attempt)
    }
  }

  /** The attempt, or the connection that came of it, has ended; another one follows. */
  #lose(attempt: Attempt | undefined, reason?: string): void {
    if (!attempt || attempt !== this.#attempt) return
    const { hint, isUrgent } = attempt
    const { code, retryAfterMs } = hint ?? {}
    this.#hangUp('lost', code ?? reason)
    const { state, attempts } = this.#status
    // Whoever heard of it may have disconnected, or dialled.
    if (state !== 'reconnecting' || this.#attempt) return
    const delayMs = backoffDelayMs(attempts, {
      ...this.#parts.options.backoff,
      ...(isUrgent && { minMs: 0 }),
      retryAfterMs,
    })
    this.#wait = { until: Date.now() + delayMs, isFirm: Boolean(retryAfterMs) }
    this.#timer = setTimeout(() => {
      this.#wait = undefined
      this.wake()
    }, delayMs)
    this.#parts.events.emit('reconnecting', { attempt: attempts, delayMs })
    this.#parts.onChange()
  }

  #hangUp(input: 'disconnect' | 'lost' | 'rejected', reason: string = input): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    this.#wait = undefined
    clearTimeout(this.#timer)
    attempt?.transport?.close()
    this.#status = transition(this.#status, input, Date.now())
    if (attempt?.isOpen) this.#handlers.onDisconnected(reason)
    this.#parts.onChange()
  }

  /** Gives the server a new token in place. Fails it, the server ends the connection at expiry, and the next one renews. */
  async #refresh(): Promise<void> {
    const now = performance.now()
    if (now < this.#noRefreshBefore) return
    this.#noRefreshBefore = now + 5_000
    const { tokens } = this.#parts
    try {
      const held = await tokens.current()
      const token = await tokens.renew()
      // Handed the same token, the server would say at once that it expires.
      if (token !== null && token !== held) resultOf(await this.request('auth:refresh', token))
    } catch (error) {
      this.#parts.onError(error)
    }
  }
}
