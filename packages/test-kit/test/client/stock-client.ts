import type { Closing, Ready, Resync, WebSocketMessage } from '@headway/events'
import { io, type Socket } from 'socket.io-client'
import { onTestFinished, vi } from 'vitest'
import { startFakeHeadway, type FakeHeadway, type FakeHeadwayOptions } from '../../src/client/index.ts'

// The sockets are real: a busy machine may take longer for them than a unit test has by default.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

/** A fake server, closed when the test ends. */
export async function openHeadway(options?: FakeHeadwayOptions): Promise<FakeHeadway> {
  const headway = await startFakeHeadway(options)
  onTestFinished(() => headway.close())
  return headway
}

/** A stock client that only writes down what arrives. */
export class StockClient {
  readonly socket: Socket
  readonly events: WebSocketMessage[] = []
  readonly resyncs: Resync[] = []
  readonly closings: Closing[] = []
  /** Codes of refused handshakes. */
  readonly refusals: string[] = []
  #ready: Ready | undefined

  constructor({ url }: FakeHeadway, auth: Record<string, unknown>) {
    this.socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth })
    this.socket.on('event', (message: WebSocketMessage) => this.events.push(message))
    this.socket.on('ready', (ready: Ready) => (this.#ready = ready))
    this.socket.on('resync', (resync: Resync) => this.resyncs.push(resync))
    this.socket.on('closing', (closing: Closing) => this.closings.push(closing))
    this.socket.on('connect_error', (error: Error & { data?: { code: string } }) =>
      this.refusals.push(error.data?.code ?? error.message),
    )
    onTestFinished(() => void this.socket.disconnect())
  }

  /** Types of what arrived in the user's channel, in order. */
  get types(): string[] {
    return this.events.filter(({ channel }) => channel.startsWith('user:')).map(({ type }) => type)
  }

  ready(): Promise<Ready> {
    return until(() => this.#ready)
  }

  request(event: string, ...values: unknown[]): Promise<Record<string, unknown>> {
    return this.socket.timeout(10_000).emitWithAck(event, ...values) as Promise<Record<string, unknown>>
  }

  /** Resolves when all that was sent before is here. */
  async settle(): Promise<void> {
    await this.request('unsubscribe:job', '00000000-0000-4000-8000-000000000000')
  }
}

/** A stock client that is `ready`. */
export async function openStockClient(
  headway: FakeHeadway,
  userId: string,
  auth: Record<string, unknown> = {},
): Promise<StockClient> {
  const client = new StockClient(headway, { token: headway.tokenFor(userId), ...auth })
  await client.ready()
  return client
}

/** The answer, as soon as there is one. */
export function until<TAnswer>(answer: () => TAnswer | undefined | false): Promise<TAnswer> {
  return vi.waitFor(
    () => {
      const given = answer()
      if (given === undefined || given === false) throw new Error(`Not yet: ${answer.toString()}`)
      return given
    },
    { timeout: 10_000, interval: 10 },
  )
}
