import type { ClientOptions } from './client-options.ts'
import { HeadwayClient } from './headway-client.ts'

/** Makes a client. Nothing happens before its `connect()`. */
export function createClient(options: ClientOptions): HeadwayClient {
  return new HeadwayClient(options)
}
