import type {
  Ack,
  JobSubscription,
  Ready,
  Resync,
  ServerToClientEvents,
  ClientToServerEvents,
  WebSocketMessage,
} from '@headway/events'
import { waitFor } from '@headway/test-kit'
import { io, type Socket } from 'socket.io-client'

/** What a follower was told of one channel, in the order in which it came. */
export type Told = WebSocketMessage | { type: 'resync'; channel: string }

const RETRY_MS = 100
const ACK_MS = 20_000

/** A stock client, without a memory: whatever comes once too often, too late or not at all shows. */
export class Follower {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #told: Told[] = []
  #connections = 0

  static async open(options: { port: number; token: string }): Promise<Follower> {
    const follower = new Follower(options)
    await new Promise<void>((resolve) => follower.#socket.once('ready', () => resolve()))
    return follower
  }

  private constructor({ port, token }: { port: number; token: string }) {
    this.#socket = io(`http://127.0.0.1:${port}`, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
    })
    // Refused while the server's Redis was away: a stock client leaves it to its application to come again.
    this.#socket.on('connect_error', () => {
      if (!this.#socket.active) setTimeout(() => this.#socket.connect(), RETRY_MS)
    })
    this.#socket.on('ready', (_ready: Ready) => (this.#connections += 1))
    this.#socket.on('event', (message) => this.#told.push(message))
    this.#socket.on('resync', ({ channel }: Resync) => this.#told.push({ type: 'resync', channel }))
  }

  /** It followed throughout only if this is so. */
  get wasAlwaysThere(): boolean {
    return this.#connections === 1 && this.#socket.connected
  }

  on(listener: (message: WebSocketMessage) => void): void {
    this.#socket.on('event', listener)
  }

  /** Joins a job; answers its version at that moment. A server whose Redis has just gone away is asked again. */
  async follow(jobId: string): Promise<number> {
    const { job } = await waitFor(
      async () => {
        const ack: Ack<JobSubscription> = await this.#socket
          .timeout(ACK_MS)
          .emitWithAck('subscribe:job', jobId, {})
        if (!ack.ok) throw new Error(`The job ${jobId} can't be followed: ${ack.error.message}`)
        return ack
      },
      { timeoutMs: ACK_MS, intervalMs: RETRY_MS },
    )
    return job.version
  }

  async answer(jobId: string, question: string, value: unknown): Promise<boolean> {
    const ack = await this.#socket.timeout(ACK_MS).emitWithAck('answer:job', jobId, question, value)
    return ack.ok
  }

  toldOf(channel: string): readonly Told[] {
    return this.#told.filter((told) => told.channel === channel)
  }

  close(): void {
    this.#socket.disconnect()
  }
}
