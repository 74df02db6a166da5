import type { Logger } from '@headway/event-log'
import type { RealtimeObserver } from '../realtime-observer.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import { connectionOf, type Connection } from './connection.ts'
import { HeldTransients } from './held-transients.ts'
import { joinFrame, JoinedWrites } from './joined-writes.ts'
import { SEND_LIMITS, SendQueue, type SendLimits } from './send-queue.ts'

/** How long a slow reader has to take the word `closing` before its connection is cut, in milliseconds. */
const CLOSING_GRACE_MS = 2_000

/**
 * Watches how much waits for each connection: skips transient messages for one that lags, and closes one that has
 * stopped reading. Its cursors make that safe: it comes back and gets what it missed.
 */
export class Backpressure {
  readonly #limits: SendLimits
  readonly #logger: Logger
  readonly #observer: RealtimeObserver | undefined
  readonly #lagging = new Map<string, HeldTransients>()

  constructor(parts: {
    logger: Logger
    limits?: SendLimits | undefined
    observer?: RealtimeObserver | undefined
  }) {
    this.#limits = parts.limits ?? SEND_LIMITS
    this.#logger = parts.logger
    this.#observer = parts.observer
  }

  watch(socket: RealtimeSocket): void {
    const connection = connectionOf(socket)
    const queue = new SendQueue(this.#limits)
    socket.data.sendQueue = queue
    let isBeingJudged = false
    let isCut = false
    const judge = () => {
      isBeingJudged = false
      if (!queue.isLagging || !socket.connected) return
      if (!this.#lagging.has(socket.id)) this.#lagging.set(socket.id, new HeldTransients())
      if (!queue.isOverLimit) return
      isCut = true
      this.#cut(socket, connection)
    }
    // One listener for each event: they run for every packet of every socket.
    const writes = new JoinedWrites(connection)
    connection.on('packetCreate', (packet) => {
      joinFrame(packet)
      queue.add(packet.data?.length ?? 0)
      if (isCut || isBeingJudged || !queue.isLagging) return
      isBeingJudged = true
      // Much that is sent at once waits for the connection, not for its reader: who reads has taken it a turn later.
      setImmediate(judge)
    })
    connection.on('flush', (packets) => {
      queue.flush()
      writes.begin(packets.length)
    })
    connection.on('drain', () => {
      writes.end()
      if (this.#lagging.size > 0) this.#catchUp(socket)
    })
    connection.on('close', () => this.#lagging.delete(socket.id))
  }

  /**
   * The sockets of a room that are too slow for a transient message; it is kept for them, in place of an earlier one
   * of its kind.
   */
  holdTransient(members: ReadonlySet<string> | undefined, packetText: string): string[] {
    if (this.#lagging.size === 0 || !members) return []
    const slow = [...this.#lagging.keys()].filter((id) => members.has(id))
    for (const id of slow) this.#lagging.get(id)?.hold(packetText)
    return slow
  }

  #catchUp(socket: RealtimeSocket): void {
    const held = this.#lagging.get(socket.id)
    if (!held) return
    this.#lagging.delete(socket.id)
    for (const text of held.take(socket.rooms)) socket.conn.write(`2${text}`)
  }

  #cut(socket: RealtimeSocket, connection: Connection): void {
    const { length } = connection.writeBuffer
    this.#observer?.onSlowReaderCut()
    this.#logger.warn(
      { connectionId: socket.id, waiting: length },
      'A connection that does not read was closed',
    )
    connection.writeBuffer = []
    socket.data.sendQueue.flush()
    socket.emit('closing', { code: 'too_slow' })
    connection.close()
    const timer = setTimeout(() => {
      connection.transport.socket?.terminate?.()
      connection.close(true)
    }, CLOSING_GRACE_MS)
    connection.once('close', () => clearTimeout(timer))
  }
}
