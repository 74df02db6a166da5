import { TabHost } from './shared/tab-host.ts'
import { socketIoTransport } from './socket-io-transport.ts'

/**
 * Makes a shared worker serve the tabs of `createSharedClient`: what the worker's script has to call, and all of it.
 *
 * @example
 * // headway-worker.ts
 * import { serveTabs } from '@headway/client/shared-worker'
 * serveTabs()
 */
export function serveTabs(): void {
  const host = new TabHost(socketIoTransport)
  globalThis.addEventListener('connect', (event) => {
    for (const port of (event as MessageEvent).ports) host.welcome(port)
  })
}
