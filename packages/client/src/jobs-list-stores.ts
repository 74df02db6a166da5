import { jobIdOf } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'
import { isJobMessage } from './job-message.ts'
import type { JobsFilter } from './jobs-filter.ts'
import { JobsListStore, type JobsListSnapshot } from './jobs-list-store.ts'
import type { Store } from './store.ts'

/** A list of jobs as it is now, and how to have more of it. */
export interface JobsListValue extends Store<JobsListSnapshot> {
  /** Loads the list anew, as far as it was loaded. Never rejects: what goes wrong is the snapshot's `error`. */
  reload: () => Promise<void>
  /** Loads the next page, if there is one and nothing is being loaded. Never rejects. */
  loadMore: () => Promise<void>
}

/** Lists kept true although nobody shows them, so that who comes back sees them at once. */
const MAX_UNUSED = 10

/** The lists of a client's jobs, one for each filter. */
class JobsListStores {
  readonly #client: HeadwayClient
  readonly #byFilter = new Map<string, JobsListStore>()

  constructor(client: HeadwayClient) {
    this.#client = client
    client.onEach((message) => {
      if (isJobMessage(message)) this.#each((list) => list.apply(message))
    })
    client.onConnection('changed', () => this.#each((list) => list.refresh()))
    client.onConnection('connected', () => this.#each((list) => list.reconnected()))
    client.onConnection('user-changed', () => this.#each((list) => list.reset()))
    client.onConnection('resync', ({ channel }) => {
      if (jobIdOf(channel) === undefined) this.#each((list) => list.invalidate())
    })
  }

  store({ state, type, limit }: JobsFilter): JobsListStore {
    const key = JSON.stringify([state, type, limit])
    const store = this.#byFilter.get(key) ?? new JobsListStore(this.#client, { state, type, limit })
    // The map's order is that of use, so that the one unused for longest is forgotten.
    this.#byFilter.delete(key)
    this.#byFilter.set(key, store)
    this.#evict()
    return store
  }

  #each(run: (list: JobsListStore) => void): void {
    for (const list of this.#byFilter.values()) run(list)
  }

  #evict(): void {
    const unused = [...this.#byFilter].filter(([, list]) => !list.isUsed)
    for (const [key] of unused.slice(0, -MAX_UNUSED)) this.#byFilter.delete(key)
  }
}

const storesOf = new WeakMap<HeadwayClient, JobsListStores>()

/**
 * The live list of the user's jobs that match a filter, newest first. It is loaded when its first subscriber comes and
 * kept true by what the connection brings.
 *
 * @example
 * const list = jobsListStore(client, { state: 'running' })
 * const stop = list.subscribe(() => show(list.getSnapshot().jobs))
 */
export function jobsListStore(client: HeadwayClient, filter: JobsFilter = {}): JobsListValue {
  const stores = storesOf.get(client) ?? new JobsListStores(client)
  storesOf.set(client, stores)
  return stores.store(filter)
}
