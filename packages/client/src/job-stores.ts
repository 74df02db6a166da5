import { jobIdOf } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'
import { isJobMessage } from './job-message.ts'
import { JobStore, type JobSnapshot } from './job-store.ts'
import { KeptStores } from './kept-stores.ts'
import { perClient } from './per-client.ts'
import type { Store } from './store.ts'

/** Jobs kept although nobody follows them: what the user's channel says of them is there when somebody does. */
const MAX_UNFOLLOWED = 100

/** The stores of a client's jobs. */
const storesOf = perClient((client) => {
  const stores = new KeptStores(MAX_UNFOLLOWED, (jobId) => new JobStore(jobId, client))
  client.onEach((message) => {
    if (isJobMessage(message)) stores.get(message.payload.jobId).apply(message)
  })
  client.onConnection('changed', () => stores.each((store) => store.refresh()))
  client.onConnection('user-changed', () => stores.each((store) => store.reset()))
  client.onConnection('resync', ({ channel }) => {
    if (jobIdOf(channel) === undefined) stores.each((store) => store.isUsed || store.reset())
  })
  return stores
})

/**
 * Keeps from now on what is heard of the user's jobs, so that whoever opens one later finds what was said before. The
 * first {@link jobStore} does it too.
 */
export function watchJobs(client: HeadwayClient): void {
  storesOf(client)
}

/**
 * The live value of a job, which is followed as long as the store has subscribers.
 *
 * @example
 * const store = jobStore(client, jobId)
 * const stop = store.subscribe(() => show(store.getSnapshot().progress))
 */
export function jobStore(client: HeadwayClient, jobId: string): Store<JobSnapshot> {
  return storesOf(client).get(jobId)
}
