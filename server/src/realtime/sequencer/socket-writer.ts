import type { Channel, Resync } from '@headway/events'

/** The one reader that a catch-up writes to: a socket, or a stream of events. */
export interface SocketWriter {
  readonly isOpen: boolean
  /** Resolves when nothing waits to be sent, so that one replay at a time is in memory. */
  drained(): Promise<void>
  /** Sends finished packet text that the reader has asked for. */
  send(packetText: string): void
  resync(resync: Resync): void
  /** Lets the reader into a room: what is published now comes live, behind what was written. */
  join(room: Channel): void
}
