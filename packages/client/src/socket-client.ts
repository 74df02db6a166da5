import { bundledUrl } from './bundled-url.ts'
import type { ClientOptions } from './client-options.ts'
import { createClient } from './create-client.ts'
import { sessionCursorStore } from './cursor-store.ts'
import type { HeadwayClient } from './headway-client.ts'

/** Settings of the page's one client. */
export interface SocketClientOptions extends ClientOptions {
  /**
   * Names the device where several share a tab's storage: each keeps cursors of its own.
   *
   * @default the tab is the device
   */
  deviceId?: string
}

let instance: HeadwayClient | undefined

/**
 * Creates and connects the one client of a page that wants no more than one. Called again, it answers with the client that
 * is there, whatever the options: a module that is loaded anew, or a component that mounts twice, opens no second connection.
 * Without a `url` it takes that of the bundler's environment (`VITE_HEADWAY_URL`, `NEXT_PUBLIC_HEADWAY_URL`), else the page's.
 *
 * @example
 * initSocketClient({ getToken: () => fetchToken() }).on('JOB_COMPLETED', ({ payload }) => notify(payload.jobId))
 */
export function initSocketClient({ deviceId, ...options }: SocketClientOptions): HeadwayClient {
  if (instance) return instance
  const url = options.url ?? bundledUrl()
  const cursors = deviceId === undefined ? {} : { cursors: sessionCursorStore(`headway:cursors:${deviceId}`) }
  instance = createClient({ ...cursors, ...options, ...(url !== undefined && { url }) })
  instance.connect()
  return instance
}

/** The client of {@link initSocketClient}. Throws where there is none yet. */
export function getSocketClient(): HeadwayClient {
  if (!instance) throw new Error('There is no client yet. Call initSocketClient() first.')
  return instance
}

/** Destroys the client of {@link initSocketClient}, so that the next call makes a new one: after a sign-out, or a test. */
export function resetInstance(): void {
  instance?.destroy()
  instance = undefined
}
