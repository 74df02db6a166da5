import type { ClientParts } from './client-parts.ts'
import { unavailable } from './errors.ts'
import type { RequestAck, RequestArgs } from './transport.ts'

/** The calls that may wait for a connection: what a user asked for, and what does no harm when it is sent twice. */
export type SendName = 'cancel:job' | 'answer:job'

/** Why a call was given up: a newer one needed its place, it took too long, another user came, or `destroy()`. */
export type DropReason = 'full' | 'expired' | 'user-changed' | 'stopped'

/** A call that will not be sent, or not again. */
export interface DroppedSend {
  readonly name: SendName
  readonly args: readonly unknown[]
  readonly reason: DropReason
}

export interface SendQueueOptions extends Pick<ClientParts, 'request' | 'isOpen' | 'events'> {
  /** How long a call may take until its answer, in milliseconds. */
  expiryMs: number
}

interface WaitingCall {
  readonly name: SendName
  readonly args: RequestArgs<SendName>
  readonly expiresAt: number
  readonly settle: (ack: RequestAck<SendName>) => void
}

/** Calls that wait; beyond it the oldest is dropped. */
const MAX_WAITING = 1_000

/** How long until what waits is looked at again, in milliseconds, and up to as much more: many are refused at once. */
const RETRY_MS = 1_000

/**
 * Calls in the order in which they were made, one at a time, each until it is answered. Without a connection they
 * wait for one; a call whose answer was lost, or that the server had no room for, is sent again.
 */
export class SendQueue {
  readonly #options: SendQueueOptions
  readonly #waiting: WaitingCall[] = []
  /** No call is made before: one is under way, or the server wants none. */
  #closedUntil = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: SendQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#waiting.length
  }

  /** Never rejects: a call that was given up is an `unavailable`. */
  send<TName extends SendName>(name: TName, args: RequestArgs<TName>): Promise<RequestAck<TName>> {
    return new Promise((settle) => {
      const call = { name, args, settle, expiresAt: Date.now() + this.#options.expiryMs }
      this.#waiting.push(call as unknown as WaitingCall)
      if (this.#waiting.length > MAX_WAITING) this.#drop('full')
      this.flush()
    })
  }

  /** Gives up what has waited too long, and makes the oldest of the other calls if there is a connection. */
  flush(): void {
    clearTimeout(this.#timer)
    const now = Date.now()
    while (this.#waiting[0] && this.#waiting[0].expiresAt <= now) this.#drop('expired')
    const [oldest] = this.#waiting
    if (!oldest) return
    this.#timer = setTimeout(() => this.flush(), RETRY_MS * (1 + Math.random()))
    if (this.#options.isOpen() && performance.now() >= this.#closedUntil) void this.#make(oldest)
  }

  /** Gives up all that waits; no timer stays. */
  clear(reason: DropReason): void {
    // Not until none is left: whoever hears of it may send it again.
    this.#waiting.slice().forEach(() => this.#drop(reason))
    clearTimeout(this.#timer)
  }

  async #make(call: WaitingCall): Promise<void> {
    this.#closedUntil = Infinity
    const ack = await this.#options.request(call.name, ...call.args)
    const isToRepeat = !ack.ok && (ack.error.code === 'unavailable' || ack.error.code === 'rate_limited')
    this.#closedUntil = performance.now() + ((isToRepeat && ack.error.retryAfterMs) || 0)
    if (isToRepeat) return
    // Given up meanwhile, its answer has nobody to go to.
    if (call === this.#waiting[0]) {
      this.#waiting.shift()
      call.settle(ack)
    }
    this.flush()
  }

  #drop(reason: DropReason): void {
    const { name, args, settle } = this.#waiting.shift() as WaitingCall
    this.#options.events.emit('send-dropped', { name, args, reason })
    settle(unavailable(`${name} was given up (${reason})`))
  }
}
