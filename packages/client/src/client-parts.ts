import type { Connection, ConnectionParts } from './connection.ts'

/** What all parts of a client are made with: its settings, whom they tell what, and how they ask the server. */
export interface ClientParts extends ConnectionParts {
  request: Connection['request']
  /** Connected, with the server's `ready`. */
  isOpen: () => boolean
}
