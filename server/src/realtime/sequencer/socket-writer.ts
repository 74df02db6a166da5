import type { Resync } from '@headway/events'

/** The one socket that a catch-up writes to. */
export interface SocketWriter {
  readonly isOpen: boolean
  /** Resolves when nothing waits to be sent, so that one replay at a time is in memory. */
  drained(): Promise<void>
  /** Sends finished packet text that the reader has asked for. */
  send(packetText: string): void
  resync(resync: Resync): void
}
