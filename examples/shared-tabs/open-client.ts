import type { HeadwayClient } from '@headway/client'
import { createSharedClient } from '@headway/client/shared'

/** One for the page; it is ended with `destroy()`, also when the user signs out. */
export function openClient(getToken: () => Promise<string | null>): HeadwayClient {
  const client = createSharedClient({
    getToken,
    openWorker: (name) =>
      new SharedWorker(new URL('./headway-worker.ts', import.meta.url), { type: 'module', name }),
  })
  client.connect()
  return client
}
