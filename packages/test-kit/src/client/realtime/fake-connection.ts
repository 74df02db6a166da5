import type {
  Channel,
  ClientToServerEvents,
  Closing,
  ServerToClientEvents,
  WebSocketMessage,
} from '@headway/events'
import type { Socket } from 'socket.io'
import type { VerifiedToken } from '../access-tokens.ts'
import type { Replay } from '../log/channel-log.ts'
import type { Follower, MessageHub } from '../log/message-hub.ts'
import type { Wire } from '../wire.ts'

/** How long before its token's end a socket is told, in milliseconds. */
const EXPIRY_NOTICE_MS = 60_000

export type FakeSocket = Socket<ClientToServerEvents, ServerToClientEvents>

export interface ConnectionParts {
  readonly hub: MessageHub
  readonly wire: Wire
}

/** One socket of a user: the channels that it follows, and how far it was sent in each. */
export class FakeConnection implements Follower {
  readonly userId: string
  /** `ready` has arrived. */
  isReady = false
  readonly #socket: FakeSocket
  readonly #parts: ConnectionParts
  readonly #sent = new Map<Channel, number>()

  constructor(socket: FakeSocket, userId: string, parts: ConnectionParts) {
    this.#socket = socket
    this.userId = userId
    this.#parts = parts
  }

  /** How far the socket was sent in each channel that it follows. */
  get places(): ReadonlyMap<Channel, number> {
    return this.#sent
  }

  follows(channel: string): boolean {
    return this.#sent.has(channel as Channel)
  }

  /** From here on what is published in the channel is sent. */
  follow(channel: Channel): void {
    this.#sent.set(channel, this.#parts.hub.log(channel).head)
  }

  leave(channel: Channel): void {
    this.#sent.delete(channel)
  }

  deliver(message: WebSocketMessage): void {
    const place = this.#sent.get(message.channel)
    if (place === undefined) return
    if (message.seq !== undefined) this.#sent.set(message.channel, Math.max(place, message.seq))
    this.send('event', message)
  }

  /** Sends what a cursor has missed, or the word that it can't be filled. Answers how many messages that were. */
  replay(channel: Channel, replay: Replay): number {
    const { head } = this.#parts.hub.log(channel)
    if (replay.outcome === 'resync') {
      this.send('resync', { channel, seq: head, reason: replay.reason })
      return 0
    }
    for (const message of replay.messages) this.send('event', message)
    return replay.messages.length
  }

  /** Sends what is behind the last message that was sent, as the server does every 10 s and when it is asked to `sync`. */
  heal(): void {
    for (const [channel, place] of this.#sent) {
      this.replay(channel, this.#parts.hub.log(channel).readAfter(place))
      this.follow(channel)
    }
  }

  /** Says at once that a token ends where that is soon. Nothing happens by the clock: ending it is up to `expireToken`. */
  noticeExpiry({ expiresAt }: VerifiedToken): void {
    if (expiresAt.getTime() - Date.now() > EXPIRY_NOTICE_MS) return
    this.send('auth:expiring', { expiresAt: expiresAt.toISOString() })
  }

  /** Ends as a server does: says why, then disconnects for good (an ended token) or closes the transport. */
  close(closing?: Closing): void {
    if (closing) this.send('closing', closing)
    this.#parts.wire.send(() => {
      if (closing?.code === 'token_expired') this.#socket.disconnect(true)
      else this.#socket.conn.close()
    })
  }

  send<TEvent extends keyof ServerToClientEvents>(
    event: TEvent,
    ...values: Parameters<ServerToClientEvents[TEvent]>
  ): void {
    this.#parts.wire.send(() => void this.#socket.emit(event, ...values))
  }
}
