import { jobChannel, type Ready, type WebSocketMessage } from '@headway/events'
import type {
  RequestArgs,
  RequestName,
  Transport,
  TransportFactory,
  TransportHandlers,
} from '../transport.ts'
import { ChannelSeats } from './channel-seats.ts'
import type { TabMessage, WorkerMessage } from './shared-messages.ts'
import type { TabSeat } from './tab-seat.ts'
import { TokenAsking } from './token-asking.ts'

type Refusal = Parameters<TransportHandlers['onRefused']>[0]
type TabRequest = Extract<TabMessage, { kind: 'request' }>
type Target = Parameters<TransportFactory>[0]
type AckProblem = { code: string; message: string; retryAfterMs?: number }
type AnyAck = { ok: true; seq?: number } | { ok: false; error: AckProblem }

/** How long the server has to say whether it takes a tab's token, in milliseconds. */
const PROOF_TIMEOUT_MS = 10_000

/**
 * One connection for the tabs of a user. It is dialled for the first tab, ends with the last one, and never comes back
 * by itself: when it ends every tab hears of it, and the first one to try again has it dialled. Cursors, gaps and
 * stores are each tab's own.
 *
 *   idle ── first tab ──▶ dialling ── ready ──▶ ready
 *    ▲                        │                   │
 *    └── refused, lost, last tab has left ────────┘
 */
export class SharedConnection {
  readonly #openTransport: TransportFactory
  readonly #seats = new Set<TabSeat>()
  readonly #admitted = new Set<TabSeat>()
  readonly #tokenAsking = new TokenAsking(this.#admitted)
  readonly #channels = new ChannelSeats()
  /** Tokens that the server took on this connection. */
  readonly #proven = new Set<string>()
  readonly #resumes = new Map<string, { seats: Set<TabSeat>; answer: Promise<AnyAck> }>()
  #transport: Transport | undefined
  #ready: Ready | undefined
  /** Counts connections, so that what an ended one still brings is ignored. */
  #epoch = 0

  constructor(openTransport: TransportFactory) {
    this.#openTransport = openTransport
  }

  /** Seats a tab; it hears `ready` or `refused`. */
  join(seat: TabSeat, target: Target): void {
    this.#seats.add(seat)
    seat.serve({
      onRequest: (request) => void this.#answer(seat, request),
      onLeave: () => this.#leave(seat),
    })
    if (this.#ready) void this.#admit(seat)
    else if (!this.#transport) this.#dial(seat.token, target)
  }

  #dial(token: string, target: Target): void {
    this.#epoch += 1
    const epoch = this.#epoch
    const current =
      <TArgs extends unknown[]>(handle: (...args: TArgs) => void) =>
      (...args: TArgs): void => {
        if (epoch === this.#epoch) handle(...args)
      }
    this.#transport = this.#openTransport(target, {
      // Each tab asks for what it missed itself.
      auth: () => ({ token, cursors: {} }),
      onOpen: () => {},
      onData: () => {},
      onMessage: current((message) => this.#route(message)),
      onReady: current((ready) => this.#becomeReady(ready, token)),
      onResync: current((resync) => this.#tellAll({ kind: 'resync', resync })),
      onExpiring: current(() => this.#tokenAsking.askNext()),
      onClosing: current((closing) => this.#tellAll({ kind: 'closing', closing })),
      onClose: current((reason) => this.#end(reason)),
      onRefused: current((refusal) => this.#refuse(refusal, token, target)),
    })
  }

  #becomeReady(ready: Ready, token: string): void {
    this.#ready = ready
    this.#proven.add(token)
    for (const [channel, seq] of Object.entries(ready.channels)) this.#channels.raise(channel, seq)
    for (const seat of this.#seats) void this.#admit(seat)
  }

  /** Lets a tab in once the server has taken its token: a name in a token proves nothing before that. */
  async #admit(seat: TabSeat): Promise<void> {
    if (!this.#proven.has(seat.token)) {
      const epoch = this.#epoch
      const ack = await this.#request('auth:refresh', [seat.token], PROOF_TIMEOUT_MS)
      if (epoch !== this.#epoch || !this.#seats.has(seat)) return
      if (!ack.ok) {
        this.#turnAway(seat, ack.error)
        return
      }
      this.#proven.add(seat.token)
    }
    if (!this.#ready) return
    this.#admitted.add(seat)
    seat.tell({ kind: 'ready', ready: { ...this.#ready, channels: this.#channels.heads(), replayed: 0 } })
  }

  #turnAway(seat: TabSeat, { code, message, retryAfterMs }: AckProblem): void {
    if (code === 'unavailable') {
      this.#end(message)
      return
    }
    this.#seats.delete(seat)
    const refusedCode = code === 'token_expired' || code === 'rate_limited' ? code : 'unauthorized'
    seat.dismiss({ kind: 'refused', refusal: { code: refusedCode, message, retryAfterMs } })
  }

  /** A refused token is its tabs' affair; what the server or the network did is everybody's. */
  #refuse(refusal: Refusal, token: string, target: Target): void {
    const isForToken = refusal.code === 'unauthorized' || refusal.code === 'token_expired'
    this.#reset()
    for (const seat of this.#seats) {
      if (isForToken && seat.token !== token) continue
      this.#seats.delete(seat)
      seat.dismiss({ kind: 'refused', refusal })
    }
    const [next] = this.#seats
    if (next) this.#dial(next.token, target)
  }

  #end(reason: string): void {
    this.#reset()
    for (const seat of this.#seats) {
      this.#seats.delete(seat)
      seat.dismiss({ kind: 'close', reason })
    }
  }

  #reset(): void {
    this.#epoch += 1
    this.#transport?.close()
    this.#transport = undefined
    this.#ready = undefined
    this.#tokenAsking.stop()
    this.#admitted.clear()
    this.#proven.clear()
    this.#resumes.clear()
    this.#channels.clear()
  }

  #leave(seat: TabSeat): void {
    this.#seats.delete(seat)
    this.#admitted.delete(seat)
    if (this.#seats.size === 0) {
      this.#reset()
      return
    }
    for (const channel of this.#channels.leave(seat)) this.#unsubscribe(channel)
    this.#tokenAsking.left(seat)
  }

  #route(message: WebSocketMessage): void {
    for (const seat of this.#channels.recipients(message, this.#admitted)) {
      if (this.#admitted.has(seat)) seat.tell({ kind: 'message', message })
    }
  }

  #tellAll(message: WorkerMessage): void {
    for (const seat of this.#admitted) seat.tell(message)
  }

  async #answer(seat: TabSeat, request: TabRequest): Promise<void> {
    const ack = this.#admitted.has(seat)
      ? await this.#perform(seat, request)
      : { ok: false, error: { code: 'unavailable', message: `${request.name} was not sent (not ready)` } }
    seat.tell({ kind: 'answer', id: request.id, ack })
  }

  async #perform(seat: TabSeat, { name, args, timeoutMs }: TabRequest): Promise<AnyAck> {
    const [subject] = args as [string]
    switch (name) {
      case 'subscribe:job':
        return await this.#subscribe(seat, args, timeoutMs)
      case 'unsubscribe:job':
        if (!this.#channels.unfollow(jobChannel(subject), seat)) return { ok: true }
        return await this.#request(name, args, timeoutMs)
      case 'resume':
        return await this.#resume(seat, args as RequestArgs<'resume'>, timeoutMs)
      case 'auth:refresh':
        return await this.#refresh(subject, timeoutMs)
      case 'sync':
        return await this.#sync(timeoutMs)
      case 'cancel:job':
      case 'answer:job':
        return await this.#request(name, args, timeoutMs)
      default:
        return name satisfies never
    }
  }

  async #subscribe(seat: TabSeat, args: unknown[], timeoutMs: number): Promise<AnyAck> {
    const channel = jobChannel(args[0] as string)
    const wasFollowed = this.#channels.follows(channel, seat)
    this.#channels.follow(channel, seat)
    const stopAsking = this.#channels.ask(channel, new Set([seat]))
    const ack = await this.#request('subscribe:job', args, timeoutMs)
    stopAsking()
    if (ack.ok && ack.seq !== undefined && this.#channels.follows(channel, seat))
      this.#channels.raise(channel, ack.seq)
    // Another tab may have left meanwhile, and the server still sends the channel.
    if (!ack.ok && !wasFollowed && this.#channels.unfollow(channel, seat)) this.#unsubscribe(channel)
    return ack
  }

  /** Tabs that missed the same ask once. */
  async #resume(seat: TabSeat, args: RequestArgs<'resume'>, timeoutMs: number): Promise<AnyAck> {
    const [channel] = args
    if (!this.#channels.follows(channel, seat)) {
      return { ok: false, error: { code: 'not_subscribed', message: `This tab does not follow ${channel}.` } }
    }
    const key = args.join(' ')
    const underWay = this.#resumes.get(key)
    underWay?.seats.add(seat)
    if (underWay) return await underWay.answer
    const seats = new Set([seat])
    const stopAsking = this.#channels.ask(channel, seats)
    const answer = this.#request('resume', args, timeoutMs)
    const resume = { seats, answer }
    this.#resumes.set(key, resume)
    const ack = await answer
    stopAsking()
    if (this.#resumes.get(key) === resume) this.#resumes.delete(key)
    return ack
  }

  async #refresh(token: string, timeoutMs: number): Promise<AnyAck> {
    const epoch = this.#epoch
    const ack = await this.#request('auth:refresh', [token], timeoutMs)
    if (!ack.ok || epoch !== this.#epoch) return ack
    this.#proven.add(token)
    this.#tokenAsking.stop()
    return ack
  }

  /** The server's silence is the end of the connection, for all tabs. */
  async #sync(timeoutMs: number): Promise<AnyAck> {
    const epoch = this.#epoch
    const ack = await this.#request('sync', [], timeoutMs)
    if (!ack.ok && epoch === this.#epoch) this.#end(`sync: ${ack.error.message}`)
    return ack
  }

  #unsubscribe(channel: string): void {
    void this.#request('unsubscribe:job', [channel.slice('job:'.length)], PROOF_TIMEOUT_MS)
  }

  async #request(name: RequestName, args: unknown[], timeoutMs: number): Promise<AnyAck> {
    if (!this.#transport) {
      return { ok: false, error: { code: 'unavailable', message: `${name} was not sent (no connection)` } }
    }
    return (await this.#transport.request(name, args as never, timeoutMs)) as AnyAck
  }
}
