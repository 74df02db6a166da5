import type { HeadwayClient } from '@headway/client'
import { createSharedClient } from '@headway/client/shared'
import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../lib/api-error.ts'
import { HeadwayApi } from '../lib/headway-api.ts'
import { keepSignedIn } from '../sign-in/keep-signed-in.ts'
import type { SessionStore } from '../sign-in/session-store.ts'
import { createTokenFeed } from '../sign-in/token-feed.ts'
// oxlint-disable-next-line import/default -- the bundler makes the export
import HeadwayWorker from './headway-worker.ts?sharedworker'

/** What one user's console consists of besides its components. */
export class ConsoleParts {
  readonly userId: string
  readonly api: HeadwayApi
  readonly client: HeadwayClient
  readonly queries = createQueryClient()
  readonly #endings: (() => void)[]

  constructor(userId: string, session: SessionStore) {
    this.userId = userId
    this.api = new HeadwayApi(session)
    this.client = createSharedClient({
      getToken: createTokenFeed(session),
      openWorker: (name) => new HeadwayWorker({ name }),
    })
    this.#endings = [
      keepSignedIn(this.client, session),
      () => this.client.destroy(),
      () => this.queries.clear(),
    ]
  }

  close(): void {
    for (const end of this.#endings) end()
  }
}

/** Events keep what is cached true, so that focus fetches nothing anew; a refusal is not asked for twice. */
function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isWorthRetrying(error),
        retryDelay: (failures) => 500 * 2 ** failures,
        // The browser's own idea of being offline is wrong on a machine without a network but with a local server.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof ApiError) || error.code === 'unreachable' || error.code === 'unavailable'
}
