import type { Closing, HandshakeAuth, Ready } from '@headway/events'
import { backoffDelayMs, hintedDelayMs } from './backoff.ts'
import type { ClientOptions } from './client-options.ts'
import { initialStatus, transition, type ConnectionInput, type ConnectionStatus } from './connection-state.ts'
import { unavailable } from './errors.ts'
import { isOnline } from './page-signals.ts'
import { judgeRefusal } from './refusal.ts'
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

/** What a connection tells its owner. */
export interface ConnectionHandlers extends Pick<TransportHandlers, 'onMessage' | 'onResync' | 'onData'> {
  cursors: () => Record<string, number>
  /** The server has sent all that it has; the state becomes `connected` right after this. */
  onReady: (ready: Ready) => void
  onConnected: (ready: Ready) => void
  /** A connection ended, wanted or not; requests under way have failed. */
  onDisconnected: (reason: string) => void
  /** Another attempt follows after the delay. */
  onReconnecting: (attempt: number, delayMs: number) => void
  onFailed: (failure: ConnectionFailure) => void
  /** Connected, and the page or the network came back. */
  onCheck: () => void
  /** State, attempts or the time of the next attempt changed. */
  onChange: () => void
  onError: (error: unknown) => void
}

export interface ConnectionOptions extends Pick<
  ClientOptions,
  'url' | 'path' | 'backoff' | 'connectTimeoutMs' | 'requestTimeoutMs'
> {
  tokens: TokenSource
  openTransport: TransportFactory
}

/** Keeps one connection up: dials, waits, renews the token; what to do when is the state machine's. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #handlers: ConnectionHandlers
  #status: ConnectionStatus = initialStatus(Date.now())
  #transport: Transport | undefined
  #isDialing = false
  /** Counts the attempts, so that what an abandoned one still brings is ignored. */
  #attempt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextRetryAt: number | null = null
  #closing: Closing | undefined
  #hasRenewed = false
  #noRefreshBefore = 0
  /** The page woke, and the server has said nothing since: browsers end the connections of pages that they put to sleep. */
  #isDoubted = false
  #failure: ConnectionFailure | null = null

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  get nextRetryAt(): number | null {
    return this.#nextRetryAt
  }

  get failure(): ConnectionFailure | null {
    return this.#failure
  }

  /** What the server has said of the end of the last attempt. */
  get #hint(): Partial<Closing> | Partial<ConnectionFailure> {
    return this.#closing ?? this.#failure ?? {}
  }

  /** A page that wakes need not wait any longer: there is a network, and the server has not named a time. */
  get #mayHurry(): boolean {
    return isOnline(this.#options.url) && !(this.#nextRetryAt && this.#hint.retryAfterMs)
  }

  connect(): void {
    this.#step('connect')
  }

  disconnect(): void {
    this.#step('disconnect')
  }

  wake(): void {
    this.#step('wake')
  }

  offline(): void {
    this.#step('offline')
  }

  /** Gives up a connection that does not answer any more and dials again at once. */
  replace(reason: string): void {
    this.#lose(reason)
    this.wake()
  }

  /** Sends a request; `unavailable` unless the connection is up. */
  async request<TName extends RequestName>(
    name: TName,
    ...args: RequestArgs<TName>
  ): Promise<RequestAck<TName>> {
    if (this.#transport && this.#status.isOpen) {
      return await this.#transport.request(name, args, this.#options.requestTimeoutMs ?? 10_000)
    }
    return unavailable(`${name} was not sent (${this.#status.state})`) as RequestAck<TName>
  }

  #step(input: ConnectionInput, loss?: { delayMs: number; reason: string }): void {
    const { status, effect } = transition(this.#status, input, Date.now())
    const wasOpen = this.#status.isOpen
    this.#status = status
    switch (effect) {
      case 'none':
        break
      case 'dial':
        this.#dial()
        break
      case 'hurry':
        if (!this.#isDialing && (input !== 'wake' || this.#mayHurry)) this.#dial()
        break
      case 'wait':
        this.#hangUp()
        this.#wait(loss?.delayMs ?? 0)
        break
      case 'hang-up':
        this.#hangUp()
        break
      case 'pause':
        if (!this.#isDialing) this.#stopTimer()
        break
      case 'check':
        this.#isDoubted = true
        this.#handlers.onCheck()
        break
      default:
        effect satisfies never
    }
    // Last, since whoever hears of it may connect, disconnect or destroy.
    if (wasOpen && !status.isOpen) this.#handlers.onDisconnected(loss?.reason ?? input)
    this.#handlers.onChange()
  }

  #dial(): void {
    this.#hangUp()
    this.#isDialing = true
    this.#closing = undefined
    this.#failure = null
    const { connectTimeoutMs = 20_000, tokens } = this.#options
    this.#timer = setTimeout(() => {
      const reason = `no answer within ${connectTimeoutMs} ms`
      this.#lose(reason)
      tokens.giveUp(new Error(reason))
    }, connectTimeoutMs)
    void this.#openWithToken(this.#attempt)
  }

  async #openWithToken(attempt: number): Promise<void> {
    try {
      const token = await this.#options.tokens.current()
      if (attempt === this.#attempt) this.#open(token)
    } catch (error) {
      if (attempt !== this.#attempt) return
      this.#handlers.onError(error)
      this.#lose('getToken failed')
    }
  }

  #open(token: string | null): void {
    if (token === null) {
      this.#fail({ code: 'unauthorized', message: 'There is no token: getToken answered with nothing.' })
      return
    }
    const { url, path = '/socket.io', openTransport } = this.#options
    this.#transport = openTransport({ url, path }, this.#transportHandlers(token, this.#attempt))
  }

  /** Handlers that fall silent once the attempt is not the current one. */
  #transportHandlers(token: string, attempt: number): TransportHandlers {
    const current =
      <TArgs extends unknown[]>(handle: (...args: TArgs) => void) =>
      (...args: TArgs): void => {
        if (attempt === this.#attempt) handle(...args)
      }
    return {
      auth: (): HandshakeAuth => ({ token, cursors: this.#handlers.cursors() }),
      onOpen: current(() => this.#step('opened')),
      onData: current((text) => {
        this.#isDoubted = false
        this.#handlers.onData(text)
      }),
      onMessage: current(this.#handlers.onMessage),
      onResync: current(this.#handlers.onResync),
      onReady: current((ready) => this.#becomeReady(ready)),
      onExpiring: current(() => void this.#refresh()),
      onClosing: current((closing) => {
        this.#closing = closing
      }),
      onClose: current((reason) => this.#lose(reason)),
      onRefused: current((refusal) => this.#refuse(refusal)),
    }
  }

  #becomeReady(ready: Ready): void {
    this.#stopTimer()
    this.#isDialing = false
    this.#hasRenewed = false
    this.#handlers.onReady(ready)
    // Whoever heard of another user may have ended the connection.
    if (!this.#transport) return
    this.#step('ready')
    this.#handlers.onConnected(ready)
  }

  #lose(reason: string): void {
    const { code, retryAfterMs } = this.#hint
    if (code === 'token_expired') this.#options.tokens.invalidate()
    const delayMs =
      this.#isDoubted || (this.#closing && retryAfterMs !== undefined)
        ? hintedDelayMs(retryAfterMs)
        : backoffDelayMs(this.#status.attempts + 1, { ...this.#options.backoff, retryAfterMs })
    this.#step('lost', { delayMs, reason: code ?? reason })
    if (this.#status.state === 'reconnecting') this.#handlers.onReconnecting(this.#status.attempts, delayMs)
  }

  #refuse(refusal: ConnectionFailure): void {
    switch (judgeRefusal(refusal.code, this.#options.tokens.canRenew && !this.#hasRenewed)) {
      case 'renew':
        this.#hasRenewed = true
        this.#options.tokens.invalidate()
        this.#step('renewed')
        break
      case 'retry':
        this.#failure = refusal
        this.#lose(refusal.message)
        break
      case 'reject':
        this.#fail(refusal)
        break
    }
  }

  /** Whoever connects again has signed in anew: the refused token is not tried once more. */
  #fail(failure: ConnectionFailure): void {
    this.#failure = failure
    this.#hasRenewed = false
    this.#options.tokens.invalidate()
    this.#step('rejected')
    this.#handlers.onFailed(failure)
  }

  /** Gives the server a new token in place. Fails it, the server ends the connection at expiry, and the next one renews. */
  async #refresh(): Promise<void> {
    const now = performance.now()
    if (now < this.#noRefreshBefore) return
    this.#noRefreshBefore = now + 5_000
    try {
      const { held } = this.#options.tokens
      const token = await this.#options.tokens.renew()
      // Handed the same token, the server would say at once that it expires.
      if (token === null || token === held) return
      const ack = await this.request('auth:refresh', token)
      if (!ack.ok) this.#handlers.onError(new Error(`The new token was refused: ${ack.error.message}`))
    } catch (error) {
      this.#handlers.onError(error)
    }
  }

  #wait(delayMs: number): void {
    if (!isOnline(this.#options.url)) return
    this.#nextRetryAt = Date.now() + delayMs
    this.#timer = setTimeout(() => this.#step('retry-due'), delayMs)
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#nextRetryAt = null
  }

  #hangUp(): void {
    this.#attempt += 1
    this.#stopTimer()
    this.#transport?.close()
    this.#transport = undefined
    this.#isDialing = false
    this.#isDoubted = false
  }
}
