import type { ClientOptions } from './client-options.ts'
import { createClient } from './create-client.ts'
import type { HeadwayClient } from './headway-client.ts'
import { sharedTransport } from './shared/shared-transport.ts'
import { socketIoTransport } from './socket-io-transport.ts'

/** Settings of a client that shares its connection with the other tabs of its user. */
export interface SharedClientOptions extends Omit<ClientOptions, 'openTransport'> {
  /**
   * Starts the worker, or meets the one that runs under this name. It is the application's, since only its bundler
   * knows where the script ends up; the script calls `serveTabs()` of `@headway/client/shared-worker`.
   */
  openWorker: (name: string) => SharedWorker
}

/**
 * Makes a client that has one connection together with the user's other tabs, where the browser has shared workers and
 * locks; elsewhere, or when the worker can't be had, one with a connection of its own. All else is as with `createClient`.
 *
 * @example
 * const client = createSharedClient({
 *   getToken: () => fetchToken(),
 *   openWorker: (name) =>
 *     new SharedWorker(new URL('./headway-worker.js', import.meta.url), { type: 'module', name }),
 * })
 */
export function createSharedClient({ openWorker, ...options }: SharedClientOptions): HeadwayClient {
  const canShare = typeof SharedWorker === 'function' && navigator.locks !== undefined
  const openTransport = canShare
    ? sharedTransport({ openWorker, openOwn: socketIoTransport })
    : socketIoTransport
  return createClient({ ...options, openTransport })
}
