import type { Resync } from '@headway/events'

/** The one socket that a catch-up writes to. */
export interface SocketWriter {
  readonly isOpen: boolean
  /** Sends finished packet text. */
  send(packetText: string): void
  resync(resync: Resync): void
}
