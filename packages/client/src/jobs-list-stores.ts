import { jobIdOf } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'
import { isJobMessage } from './job-message.ts'
import type { JobsFilter } from './jobs-filter.ts'
import { JobsListStore, type JobsListSnapshot } from './jobs-list-store.ts'
import { KeptStores } from './kept-stores.ts'
import { perClient } from './per-client.ts'
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
const listsOf = perClient((client) => {
  const lists = new KeptStores(MAX_UNUSED, (key) => new JobsListStore(client, JSON.parse(key) as JobsFilter))
  // What happened between the first answer and the first connection comes by neither.
  let hasCursor = client.connection.getSnapshot().userId !== null
  client.onEach((message) => {
    if (isJobMessage(message)) lists.each((list) => list.apply(message))
  })
  client.onConnection('changed', () => lists.each((list) => list.connectionChanged()))
  client.onConnection('connected', () => {
    lists.each((list) => (hasCursor ? list.retry() : list.invalidate()))
    hasCursor = true
  })
  client.onConnection('woken', () => lists.each((list) => list.retry()))
  client.onConnection('user-changed', () => lists.each((list) => list.reset()))
  client.onConnection('resync', ({ channel }) => {
    if (jobIdOf(channel) === undefined) lists.each((list) => list.invalidate())
  })
  return lists
})

/**
 * The live list of the user's jobs that match a filter, newest first. It is loaded when its first subscriber comes and
 * kept true by what the connection brings.
 *
 * @example
 * const list = jobsListStore(client, { state: 'running' })
 * const stop = list.subscribe(() => show(list.getSnapshot().jobs))
 */
export function jobsListStore(client: HeadwayClient, filter: JobsFilter = {}): JobsListValue {
  const { state, type, limit } = filter
  return listsOf(client).get(JSON.stringify({ state, type, limit }))
}
