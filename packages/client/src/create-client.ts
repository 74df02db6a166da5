// First, so that all that is this package's own lies together in a bundle: compression finds what is alike within 32 KiB.
import { socketIoTransport } from './socket-io-transport.ts'
import type { ClientOptions } from './client-options.ts'
import { HeadwayClient } from './headway-client.ts'

/** Makes a client. Nothing happens before its `connect()`. */
export function createClient(options: ClientOptions): HeadwayClient {
  return new HeadwayClient({ ...options, openTransport: options.openTransport ?? socketIoTransport })
}
