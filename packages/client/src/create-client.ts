// First, which puts socket.io-client before this package in a bundle: its modules then lie together, within reach of each
// other for gzip, whose memory of 32 KiB does not span socket.io-client.
import { socketIoTransport } from './socket-io-transport.ts'
import type { ClientOptions } from './client-options.ts'
import { HeadwayClient } from './headway-client.ts'

/** Makes a client. Nothing happens before its `connect()`. */
export function createClient({
  openTransport = socketIoTransport,
  ...options
}: ClientOptions): HeadwayClient {
  return new HeadwayClient({ openTransport, ...options })
}
