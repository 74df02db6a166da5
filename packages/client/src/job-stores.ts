import { jobIdOf } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'
import { isJobMessage } from './job-message.ts'
import { JobStore, type JobSnapshot } from './job-store.ts'
import type { Store } from './store.ts'

/** Jobs kept although nobody follows them: what the user's channel says of them is there when somebody does. */
const MAX_UNFOLLOWED = 100

/** The stores of a client's jobs. */
class JobStores {
  readonly #client: HeadwayClient
  readonly #byId = new Map<string, JobStore>()

  constructor(client: HeadwayClient) {
    this.#client = client
    client.onEach((message) => {
      if (isJobMessage(message)) this.store(message.payload.jobId).apply(message)
    })
    client.onConnection('changed', () => this.#each((store) => store.refresh()))
    client.onConnection('user-changed', () => this.#each((store) => store.reset()))
    client.onConnection('resync', ({ channel }) => {
      if (jobIdOf(channel) === undefined) this.#each((store) => store.isRetained || store.reset())
    })
  }

  store(jobId: string): JobStore {
    const store = this.#byId.get(jobId) ?? new JobStore(jobId, this.#client)
    // The map's order is that of use, so that the one unused for longest is forgotten.
    this.#byId.delete(jobId)
    this.#byId.set(jobId, store)
    this.#evict()
    return store
  }

  #each(run: (store: JobStore) => void): void {
    for (const store of this.#byId.values()) run(store)
  }

  #evict(): void {
    if (this.#byId.size <= MAX_UNFOLLOWED) return
    const unfollowed = [...this.#byId].filter(([, store]) => !store.isRetained)
    const surplus = Math.max(0, unfollowed.length - MAX_UNFOLLOWED)
    for (const [jobId] of unfollowed.slice(0, surplus)) this.#byId.delete(jobId)
  }
}

const storesOf = new WeakMap<HeadwayClient, JobStores>()

/**
 * Keeps from now on what is heard of the user's jobs, so that whoever opens one later finds what was said before. The
 * first {@link jobStore} does it too.
 */
export function watchJobs(client: HeadwayClient): void {
  stores(client)
}

/**
 * The live value of a job, which is followed as long as the store has subscribers.
 *
 * @example
 * const store = jobStore(client, jobId)
 * const stop = store.subscribe(() => show(store.getSnapshot().progress))
 */
export function jobStore(client: HeadwayClient, jobId: string): Store<JobSnapshot> {
  return stores(client).store(jobId)
}

function stores(client: HeadwayClient): JobStores {
  const known = storesOf.get(client)
  if (known) return known
  const created = new JobStores(client)
  storesOf.set(client, created)
  return created
}
