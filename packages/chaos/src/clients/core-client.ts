import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { userChannel } from '@headway/events'
import { messageIdOf } from '../chaos-message.ts'
import type { History } from '../history.ts'
import type { ChaosClient } from './chaos-client.ts'

export interface CoreClientOptions {
  readonly name: string
  readonly userId: string
  readonly token: string
  readonly port: number
  readonly history: Pick<History, 'add'>
}

/** The client core as an application uses it; what counts is what its listeners are told. */
export class CoreClient implements ChaosClient {
  readonly name: string
  readonly userId: string
  readonly channels: ReadonlySet<string>
  readonly #client: HeadwayClient
  since = Infinity

  constructor({ name, userId, token, port, history }: CoreClientOptions) {
    this.name = name
    this.userId = userId
    this.channels = new Set([userChannel(userId), 'all'])
    this.#client = createClient({
      url: `http://127.0.0.1:${port}`,
      token,
      cursors: memoryCursorStore(),
      backoff: { minMs: 50, maxMs: 400, jitter: 1 },
      connectTimeoutMs: 3_000,
      requestTimeoutMs: 3_000,
      onError: (error) => history.add({ client: name, kind: 'refused', detail: String(error) }),
    })
    this.#client.onAny((message) => {
      const messageId = messageIdOf(message)
      if (messageId === undefined || message.seq === undefined) return
      history.add({ client: name, kind: 'message', channel: message.channel, messageId, seq: message.seq })
    })
    this.#client.onConnection('connected', () => {
      this.since = Math.min(this.since, performance.now())
      history.add({ client: name, kind: 'connected' })
    })
    this.#client.onConnection('disconnected', () => history.add({ client: name, kind: 'disconnected' }))
    this.#client.onConnection('resync', ({ channel, seq, reason }) =>
      history.add({ client: name, kind: 'resync', channel, seq, detail: reason }),
    )
    let wasLive = false
    this.#client.onConnection('changed', () => {
      if (wasLive !== this.isReady) history.add({ client: name, kind: this.isReady ? 'live' : 'stale' })
      wasLive = this.isReady
    })
  }

  get isReady(): boolean {
    return this.#client.connection.getSnapshot().freshness === 'live'
  }

  connect(): void {
    this.#client.connect()
  }

  disconnect(): void {
    this.#client.disconnect()
  }

  stop(): void {
    this.#client.destroy()
  }
}
