import { userChannel, type Ready, type Resync, type WebSocketMessage } from '@headway/events'
import { messageIdOf } from '../chaos-message.ts'
import type { History } from '../history.ts'
import type { Random } from '../random.ts'
import type { ChaosClient } from './chaos-client.ts'
import { RawSocket } from './raw-socket.ts'

export interface RawClientOptions {
  readonly name: string
  readonly userId: string
  readonly token: string
  /** Asked at each connection. */
  readonly port: () => number
  readonly history: Pick<History, 'add'>
  readonly random: Random
  /** Longest silence of the server before the connection counts as dead, in milliseconds. */
  readonly silenceMs: number
  /** Waits between two connections, in milliseconds. @default [50, 400] */
  readonly retryMs?: readonly [min: number, max: number]
}

const PATH = '/socket.io/?EIO=4&transport=websocket'

/**
 * The thinnest client there can be, in hand-written frames: it keeps the `seq` of the last message per channel, sends it
 * when it comes back, and trusts the server for everything else. It writes down every message as it stands on the wire,
 * and every one that does not follow the one before it.
 */
export class RawClient implements ChaosClient {
  readonly name: string
  readonly userId: string
  readonly channels: ReadonlySet<string>
  readonly #options: RawClientOptions
  readonly cursors: Record<string, number> = {}
  since = Infinity
  isReady = false
  /** False: it stays away once it is disconnected. */
  #isWanted = false
  #socket: RawSocket | undefined
  #retry: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  #pongs: NodeJS.Timeout | undefined

  constructor(options: RawClientOptions) {
    this.#options = options
    this.name = options.name
    this.userId = options.userId
    this.channels = new Set([userChannel(options.userId), 'all'])
  }

  connect(): void {
    this.#isWanted = true
    if (!this.#socket) this.#open()
  }

  disconnect(): void {
    this.#isWanted = false
    clearTimeout(this.#retry)
    this.#socket?.cut()
  }

  stop(): void {
    clearInterval(this.#pongs)
    this.disconnect()
  }

  /** Breaks the connection; the client comes back by itself. */
  cut(): void {
    this.#socket?.cut()
  }

  /** Stops reading, and goes on saying that it lives: a slow reader that no ping finds. */
  stopReading(): void {
    clearTimeout(this.#silence)
    this.#socket?.stopReading()
    this.#pongs = setInterval(() => this.#socket?.send('3'), 1_000)
  }

  goOnReading(): void {
    clearInterval(this.#pongs)
    this.#socket?.goOnReading()
  }

  #open(): void {
    const { token, port } = this.#options
    const socket = new RawSocket(port(), PATH, {
      onOpen: () => socket.send(`40${JSON.stringify({ token, cursors: this.cursors })}`),
      onText: (text) => this.#read(text),
      onClose: () => this.#closed(socket),
    })
    this.#socket = socket
    this.#heard()
  }

  #closed(socket: RawSocket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    clearTimeout(this.#silence)
    if (this.isReady) this.#note('disconnected')
    this.isReady = false
    if (!this.#isWanted) return
    const [min, max] = this.#options.retryMs ?? [50, 400]
    this.#retry = setTimeout(() => this.#open(), this.#options.random.between(min, max))
  }

  #heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#socket?.cut(), this.#options.silenceMs)
  }

  #read(text: string): void {
    this.#heard()
    if (text === '2') this.#socket?.send('3')
    // A refusal is a server that is not up yet; anything else would be a fault, and shows as a client that never gets ready.
    if (text.startsWith('44')) this.#socket?.cut()
    if (!text.startsWith('42')) return
    const [event, value] = JSON.parse(text.slice(2)) as [string, unknown]
    if (event === 'event') this.#message(value as WebSocketMessage)
    if (event === 'resync') this.#resync(value as Resync)
    if (event === 'ready') this.#ready(value as Ready)
  }

  #message(message: WebSocketMessage): void {
    const { channel, seq, prev } = message
    const messageId = messageIdOf(message)
    if (seq === undefined || messageId === undefined) return
    const cursor = this.cursors[channel]
    if (cursor !== undefined && prev !== cursor) {
      this.#note('broken-chain', {
        detail: `${messageId} of ${channel}: ${seq} follows ${prev}, not ${cursor}`,
      })
    }
    this.cursors[channel] = seq
    this.#note('message', { channel, messageId, seq })
  }

  #resync({ channel, seq, reason }: Resync): void {
    this.cursors[channel] = seq
    this.#note('resync', { channel, seq, detail: reason })
  }

  #ready({ channels }: Ready): void {
    for (const [channel, seq] of Object.entries(channels)) this.cursors[channel] ??= seq
    this.isReady = true
    this.since = Math.min(this.since, performance.now())
    this.#note('connected')
  }

  #note(
    kind: Parameters<History['add']>[0]['kind'],
    detail: Partial<Parameters<History['add']>[0]> = {},
  ): void {
    this.#options.history.add({ client: this.name, kind, ...detail })
  }
}
