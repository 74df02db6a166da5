import type { HeadwayClient, JobMessage } from '@headway/client'
import { isWorkflowEvent, type JobView } from '@headway/events'
import type { QueryClient } from '@tanstack/react-query'
import type { HeadwayApi, JobFilter } from '../lib/headway-api.ts'
import { queryKeys } from '../lib/query-keys.ts'
import { holdsJob, withJob, withJobMessage, type JobPages } from './job-pages.ts'

/** Messages are gathered this long and shown together, in milliseconds: no eye sees the difference. */
const GATHER_MS = 60

/** Above so many unknown jobs at once, the list is fetched anew instead of each job. */
const MAX_SINGLE_FETCHES = 4

/**
 * Keeps the cached lists of jobs true by what the connection delivers: a job in a list changes in place, a job that
 * is not in it yet is fetched and put in, and a gap that can't be filled fetches the lists anew.
 */
export class LiveJobLists {
  readonly #client: HeadwayClient
  readonly #queries: QueryClient
  readonly #api: HeadwayApi
  /** Jobs being fetched; true for one that has changed meanwhile. */
  readonly #fetching = new Map<string, boolean>()
  #wasConnected = false
  #gathered: JobMessage[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: HeadwayClient, queries: QueryClient, api: HeadwayApi) {
    this.#client = client
    this.#queries = queries
    this.#api = api
  }

  /** Begins to follow; returns the end of it. */
  start(): () => void {
    const unsubscribe = this.#client.onAny((message) => {
      if (isWorkflowEvent(message) && message.type !== 'JOB_CHUNK' && message.type !== 'JOB_STEP') {
        this.#gather(message)
      }
    })
    const offResync = this.#client.onConnection('resync', ({ channel }) => {
      if (channel.startsWith('user:')) this.#refetch()
    })
    // What happened between the first answer and the first connection came by neither.
    const offConnected = this.#client.onConnection('connected', () => this.#connected())
    return () => {
      unsubscribe()
      offResync()
      offConnected()
      clearTimeout(this.#timer)
    }
  }

  /** Later connections bring what was missed, so that only a list that could not be had is fetched again. */
  #connected(): void {
    const isFirst = !this.#wasConnected
    this.#wasConnected = true
    void this.#queries.refetchQueries({
      queryKey: queryKeys.jobLists,
      type: 'active',
      predicate: ({ state }) => isFirst || state.status === 'error',
    })
  }

  #gather(message: JobMessage): void {
    this.#gathered.push(message)
    if (this.#gathered.length === 1) this.#timer = setTimeout(() => this.#show(), GATHER_MS)
  }

  #show(): void {
    const messages = this.#gathered
    this.#gathered = []
    const unknown = new Set<string>()
    for (const [key, pages] of this.#lists()) {
      const filter = filterOf(key)
      const changed = messages.reduce((list, message) => withJobMessage(list, message, filter), pages)
      if (changed !== pages) this.#queries.setQueryData(key, changed)
      for (const { type, payload } of messages) {
        if (type !== 'JOB_PROGRESS' && !holdsJob(pages, payload.jobId)) unknown.add(payload.jobId)
      }
    }
    if (unknown.size > MAX_SINGLE_FETCHES) this.#refetch()
    else for (const jobId of unknown) void this.#fetch(jobId)
  }

  /** What changes while the answer is under way may be missing in it, so the job is fetched once more then. */
  async #fetch(jobId: string): Promise<void> {
    const isUnderWay = this.#fetching.has(jobId)
    this.#fetching.set(jobId, isUnderWay)
    if (isUnderWay) return
    try {
      do {
        this.#fetching.set(jobId, false)
        this.#put(await this.#api.job(jobId))
      } while (this.#fetching.get(jobId) === true)
    } catch {
      this.#refetch()
    } finally {
      this.#fetching.delete(jobId)
    }
  }

  #put(job: JobView): void {
    for (const [key, pages] of this.#lists()) {
      this.#queries.setQueryData(key, withJob(pages, job, filterOf(key)))
    }
  }

  #refetch(): void {
    void this.#queries.invalidateQueries({ queryKey: queryKeys.jobLists })
  }

  #lists(): [readonly string[], JobPages][] {
    return this.#queries
      .getQueriesData<JobPages>({ queryKey: queryKeys.jobLists, type: 'active' })
      .filter((entry): entry is [readonly string[], JobPages] => entry[1] !== undefined)
  }
}

function filterOf([, state, type]: readonly string[]): JobFilter {
  return {
    state: state === 'all' ? undefined : (state as JobFilter['state']),
    type: type === 'all' ? undefined : type,
  }
}
