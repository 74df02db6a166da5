import type { WebSocketMessage } from '@headway/events'
import { io, type Socket } from 'socket.io-client'
import { waitFor } from '@headway/test-kit'

/** A plain Socket.IO client that knows of cursors what the protocol asks for, and looks at every message of its user. */
export class StockClient {
  readonly received: string[] = []
  /** What must not happen: a message that does not follow the one before, or a `resync`. */
  readonly breaks: string[] = []
  readonly #socket: Socket
  #cursors: Record<string, number> = {}
  #instanceId: string | undefined

  constructor(url: string, token: string) {
    this.#socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 500,
      auth: (send) => send({ token, cursors: this.#cursors }),
    })
    this.#socket.on('ready', ({ instanceId, channels }: ReadyMessage) => {
      this.#instanceId = instanceId
      this.#cursors = { ...channels, ...this.#cursors }
    })
    this.#socket.on('resync', ({ reason }: { reason: string }) => this.breaks.push(`resync: ${reason}`))
    this.#socket.on('event', (message: WebSocketMessage) => this.#take(message))
  }

  /** Where it is, or was last. */
  get instanceId(): string | undefined {
    return this.#instanceId
  }

  async untilReady(): Promise<void> {
    await waitFor(() => this.#instanceId !== undefined)
  }

  close(): void {
    this.#socket.disconnect()
  }

  #take({ channel, seq, prev, payload }: WebSocketMessage): void {
    if (!channel.startsWith('user:') || seq === undefined) return
    const cursor = this.#cursors[channel]
    if (cursor !== undefined && prev !== cursor) this.breaks.push(`${prev} does not follow ${cursor}`)
    this.#cursors[channel] = seq
    this.received.push((payload as { customerId: string }).customerId)
  }
}

interface ReadyMessage {
  readonly instanceId: string
  readonly channels: Record<string, number>
}
