import { ALL_CHANNEL, jobChannel, jobIdOf, type ErrorCode, type WebSocketMessage } from '@headway/events'
import type { RequestAck, RequestArgs, RequestName, Transport, TransportHandlers } from '../src/transport.ts'
import type { FakeServer } from './fake-server.ts'

/** One connection of a {@link FakeServer}: everything takes a millisecond and stays in order. */
export class FakeConnection implements Transport {
  readonly #server: FakeServer
  readonly #handlers: TransportHandlers
  readonly #rooms = new Set<string>()
  readonly #pending = new Set<(ack: never) => void>()
  #isClosed = false

  constructor(server: FakeServer, handlers: TransportHandlers) {
    this.#server = server
    this.#handlers = handlers
  }

  /** The handshake. */
  start(): void {
    this.#later(() => {
      const auth = this.#handlers.auth()
      this.#server.handshakes.push(auth)
      const refusal = this.#server.refusals.shift()
      if (refusal !== undefined) {
        this.#isClosed = true
        const { retryAfterMs } = this.#server
        this.#handlers.onRefused({ code: refusal ?? undefined, message: `refused: ${refusal}`, retryAfterMs })
        return
      }
      this.#server.connections.add(this)
      this.#handlers.onOpen()
      this.#welcome(auth.cursors ?? {})
    })
  }

  /** Sends a message to this connection if it is in the channel's room. */
  sendToRoom(message: WebSocketMessage): void {
    if (!this.#rooms.has(message.channel)) return
    this.send((handlers) => {
      handlers.onData(JSON.stringify(['event', message]))
      handlers.onMessage(message)
    })
  }

  send(tell: (handlers: TransportHandlers) => void): void {
    this.#later(() => tell(this.#handlers))
  }

  end(reason: string): void {
    if (this.#isClosed) return
    this.#stop()
    this.#handlers.onClose(reason)
  }

  async request<TName extends RequestName>(
    name: TName,
    args: RequestArgs<TName>,
    timeoutMs: number,
  ): Promise<RequestAck<TName>> {
    this.#server.requests.push({ name, args })
    return await new Promise((resolve) => {
      const timer = setTimeout(() => answer(failed('unavailable')), timeoutMs)
      const answer = (ack: never): void => {
        clearTimeout(timer)
        this.#pending.delete(answer)
        resolve(ack)
      }
      this.#pending.add(answer)
      this.#later(() => {
        if (!this.#server.isAnswering) return
        const ack = this.#answer(name, args) as never
        this.#later(() => answer(ack))
      })
    })
  }

  close(): void {
    this.#stop()
  }

  #stop(): void {
    this.#isClosed = true
    this.#server.connections.delete(this)
    for (const answer of this.#pending) answer(failed('unavailable'))
  }

  #welcome(cursors: Record<string, number>): void {
    const { userId, channel: own } = this.#server
    const refused = Object.keys(cursors).filter((channel) => !this.#server.owns(channel))
    const wanted = new Set(
      [own, ALL_CHANNEL, ...Object.keys(cursors)].filter((channel) => !refused.includes(channel)),
    )
    const channels: Record<string, number> = {}
    let replayed = 0
    for (const channel of wanted) {
      replayed += this.#replay(channel, cursors[channel] ?? this.#server.log(channel).head)
      channels[channel] = this.#server.log(channel).head
      this.#rooms.add(channel)
    }
    const ready = { userId, connectionId: 'c', instanceId: 'i', channels, refused, replayed, serverTime: '' }
    this.send((handlers) => handlers.onReady(ready))
  }

  #replay(channel: string, cursor: number): number {
    const log = this.#server.log(channel)
    const replay = log.readAfter(cursor)
    if (replay.outcome === 'resync') {
      const resync = { channel: channel as never, seq: log.head, reason: replay.reason }
      this.send((handlers) => handlers.onResync(resync))
      return 0
    }
    for (const { message } of replay.entries) this.send((handlers) => handlers.onMessage(message))
    return replay.entries.length
  }

  #answer(name: RequestName, args: readonly unknown[]): unknown {
    switch (name) {
      case 'subscribe:job':
        return this.#subscribe(args[0] as string, args[1] as { cursor?: number; textOffset?: number })
      case 'unsubscribe:job':
        this.#rooms.delete(jobChannel(args[0] as string))
        return { ok: true }
      case 'resume':
        return this.#resume(args[0] as string, args[1] as number)
      case 'sync':
        return { ok: true, serverTime: '', channels: this.#heads() }
      case 'cancel:job':
        return { ok: true, state: 'running' }
      case 'answer:job':
        return this.#server.answer(args[0] as string, args[1] as string)
      case 'auth:refresh':
        if (this.#server.refreshProblem) return failed(this.#server.refreshProblem, this.#server.retryAfterMs)
        if (this.#server.forged.has(args[0] as string)) return failed('unauthorized')
        return { ok: true, expiresAt: '' }
      default:
        return name satisfies never
    }
  }

  #subscribe(jobId: string, { cursor, textOffset = 0 }: { cursor?: number; textOffset?: number }): unknown {
    const job = this.#server.jobs.get(jobId)
    if (!job) return failed('not_found')
    const { subscribeProblem, retryAfterMs } = this.#server
    if (subscribeProblem) return failed(subscribeProblem, retryAfterMs)
    const channel = jobChannel(jobId)
    if (cursor !== undefined) this.#replay(channel, cursor)
    this.#rooms.add(channel)
    const slice = job.text.subarray(textOffset, textOffset + this.#server.textAckMaxBytes)
    return {
      ok: true,
      channel,
      seq: this.#server.log(channel).head,
      job: structuredClone(job.view),
      text: slice.toString(),
      textOffset,
      textEnd: job.text.length,
    }
  }

  #resume(channel: string, cursor: number): unknown {
    if (!this.#rooms.has(channel)) return failed('not_subscribed')
    const log = this.#server.log(channel)
    const replay = log.readAfter(cursor)
    if (replay.outcome === 'resync')
      return { ok: true, status: 'resync', seq: log.head, reason: replay.reason }
    for (const { message } of replay.entries) this.send((handlers) => handlers.onMessage(message))
    return { ok: true, status: 'replayed', count: replay.entries.length, seq: log.head }
  }

  #heads(): Record<string, { seq: number; textEnd?: number }> {
    const heads: Record<string, { seq: number; textEnd?: number }> = {}
    for (const channel of this.#rooms) {
      const textEnd = this.#server.jobs.get(jobIdOf(channel) ?? '')?.text.length
      heads[channel] = { seq: this.#server.log(channel).head, ...(textEnd !== undefined && { textEnd }) }
    }
    return heads
  }

  #later(run: () => void): void {
    setTimeout(() => {
      if (!this.#isClosed) run()
    }, 1)
  }
}

function failed(code: ErrorCode, retryAfterMs?: number): never {
  return { ok: false, error: { code, message: `failed: ${code}`, retryAfterMs } } as never
}
