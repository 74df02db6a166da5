import type { JobView } from '@headway/events'
import { backoffDelayMs } from './backoff.ts'
import type { Freshness } from './connection-state.ts'
import { DerivedStore } from './derived-store.ts'
import { isFinal, RequestError } from './errors.ts'
import type { HeadwayClient } from './headway-client.ts'
import type { JobMessage } from './job-message.ts'
import { matchesFilter, type JobsFilter } from './jobs-filter.ts'
import { fetchJobs, type JobsPage } from './jobs-list-page.ts'
import { emptyJob, mergeJob, reduceView } from './reduce-job.ts'

/** What a page shows of many jobs. */
export interface JobsListSnapshot {
  /** Newest first. A row is the same object until something in it has changed. */
  readonly jobs: readonly JobView[]
  /** True until the first page has come, or could not be had. */
  readonly isLoading: boolean
  readonly isLoadingMore: boolean
  /** There are older jobs to load. */
  readonly hasMore: boolean
  /**
   * Why the last call was in vain. What is shown stays. The call is made again after a while, and at once with the next
   * connection or when the network comes back; but for errors that asking again does not change.
   */
  readonly error: RequestError | null
  readonly freshness: Freshness
  /** Since when the list may be behind, in milliseconds since the epoch; null unless `freshness` is `stale`. */
  readonly staleSince: number | null
}

const DEFAULT_PAGE_SIZE = 50

/** So many more of the newest jobs are asked for: they do not come into a state in the order of their creation. */
const MARGIN = 9

const UNKNOWN: JobsListSnapshot = {
  jobs: [],
  isLoading: true,
  isLoadingMore: false,
  hasMore: false,
  error: null,
  freshness: 'stale',
  staleSince: null,
}

/**
 * The live value of a list of jobs: pages of the REST API, kept true by what the user's channel says. One call is made
 * at a time. Its answer may be older than what was heard while it was under way, which is applied once more on top of it.
 */
export class JobsListStore extends DerivedStore<JobsListSnapshot> {
  readonly #client: HeadwayClient
  readonly #filter: JobsFilter
  /** By id, newest first. */
  #rows = new Map<string, JobView>()
  /** Jobs that belong to the list, as messages say, and are not in it. */
  readonly #missing = new Set<string>()
  /** The list has to be loaded, by the next one who wants it at the latest. */
  #isBehind = true
  #isMoreWanted = false
  /** Where the next page begins; null where there is none, undefined until a page has come. */
  #nextCursor: string | null | undefined
  /** Heard since the call under way was made. */
  #heard: JobMessage[] | undefined
  #error: RequestError | null = null
  #failures = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined

  constructor(client: HeadwayClient, filter: JobsFilter) {
    super(client.scheduler, UNKNOWN)
    this.#client = client
    this.#filter = filter
  }

  /** Loads the list anew, as far as it was loaded. Never rejects: what goes wrong is the snapshot's `error`. */
  readonly reload = (): Promise<void> => {
    this.#isBehind = true
    return this.#load()
  }

  /** Loads the next page, if there is one and nothing is being loaded. Never rejects. */
  readonly loadMore = async (): Promise<void> => {
    if (!this.#nextCursor) return
    this.#isMoreWanted = true
    this.refresh()
    if (!this.#heard) await this.#load()
  }

  /** Changes the list as the message says, or asks for what it does not say; a call in vain is waited for. */
  apply(message: JobMessage): void {
    this.#take(message)
    this.#heard?.push(message)
    if (!this.#error) this.retry()
  }

  /** There may be jobs that no message has told of. */
  invalidate(): void {
    this.#isBehind = true
    this.#heard = undefined
    this.retry()
  }

  /** The connection is another one, or none: without one that is wanted, nothing is asked for again. */
  connectionChanged(): void {
    const state = this.#client.getConnectionState()
    if (state === 'disconnected' || state === 'failed') clearTimeout(this.#retryTimer)
    this.refresh()
  }

  /** Loads at once what is missing or could not be had. */
  retry(): void {
    const isDue = this.#isBehind || this.#isMoreWanted || this.#missing.size > 0
    if (!isDue || this.#heard) return
    if (this.isUsed) void this.#load()
    else this.#isBehind = true
  }

  /** Forgets the list: it is another user's. */
  reset(): void {
    this.#rows.clear()
    this.#nextCursor = undefined
    this.#error = null
    this.refresh()
    this.invalidate()
  }

  protected override start(): void {
    this.retry()
  }

  protected override read(): JobsListSnapshot {
    const { freshness, staleSince } = this.#client.connection.getSnapshot()
    const isBehind = this.#isBehind || this.#missing.size > 0
    return {
      jobs: [...this.#rows.values()],
      isLoading: this.#nextCursor === undefined && !this.#error,
      isLoadingMore: this.#isMoreWanted && this.#heard !== undefined,
      hasMore: Boolean(this.#nextCursor),
      error: this.#error,
      freshness: freshness === 'live' && isBehind ? 'catching-up' : freshness,
      staleSince,
    }
  }

  /** Changes the list as a message says, or notes that it lacks the job. */
  #take(message: JobMessage): void {
    const { jobId } = message.payload
    const held = this.#rows.get(jobId)
    const job = reduceView(held ?? emptyJob(jobId).job, message, false)
    // Without a version nothing is known of its state.
    if (job === held || job.version === 0) return
    // A list of jobs in any state has each since its creation, unless it is older than all that is loaded.
    const isNew = this.#filter.state !== undefined || message.type === 'JOB_CREATED'
    if (!matchesFilter(job, this.#filter)) {
      this.#rows.delete(jobId)
      this.#missing.delete(jobId)
    } else if (held) this.#rows.set(jobId, job)
    else if (isNew && !this.#isBehind) this.#missing.add(jobId)
    if (held) this.refresh()
  }

  /**
   * Makes the call that is due, in the place of one under way: for the whole list, for the newest jobs where it lacks
   * some, or for the next page.
   */
  async #load(): Promise<void> {
    clearTimeout(this.#retryTimer)
    const heard: JobMessage[] = []
    this.#heard = heard
    if (this.#isBehind) this.#missing.clear()
    const missing = [...this.#missing]
    const { limit = DEFAULT_PAGE_SIZE, state } = this.#filter
    const newest = missing.length && missing.length + (state ? MARGIN : 0)
    const count = this.#isBehind ? Math.max(limit, this.#rows.size) : newest || limit
    const cursor = this.#isBehind || newest ? null : this.#nextCursor
    this.refresh()
    const page = await fetchJobs(this.#client, this.#filter, count, cursor).catch(
      (error: RequestError) => error,
    )
    if (this.#heard !== heard) return
    this.#heard = undefined
    if (page instanceof RequestError) this.#fail(page)
    else this.#put(page, newest > 0)
    for (const message of heard) this.#take(message)
    // Jobs that are not among the newest, or could not be had, come with the whole list.
    this.#isBehind ||= missing.some((jobId) => this.#error || this.#missing.has(jobId))
    this.refresh()
    if (!this.#error) this.retry()
  }

  /** Puts an answer in: in the place of the list, above it or below it. */
  #put({ jobs, nextCursor }: JobsPage, areNewest: boolean): void {
    const held = this.#rows
    const fresh = jobs.map((job) => [job.jobId, mergeShown(held.get(job.jobId), job)] as const)
    if (areNewest) this.#rows = new Map([...fresh, ...held])
    else {
      this.#rows = new Map(this.#isBehind ? fresh : [...held, ...fresh])
      this.#nextCursor = nextCursor
      this.#isBehind = false
      this.#isMoreWanted = false
    }
    for (const { jobId } of jobs) this.#missing.delete(jobId)
    this.#error = null
    this.#failures = 0
  }

  #fail(error: RequestError): void {
    this.#error = error
    this.#failures += 1
    if (!isFinal(error))
      this.#retryTimer = setTimeout(() => this.retry(), backoffDelayMs(this.#failures, error))
    this.connectionChanged()
  }
}

/** The held object itself where the fresh one says nothing else, so that its row need not be drawn again. */
function mergeShown(held: JobView | undefined, fresh: JobView): JobView {
  if (!held) return fresh
  const merged = mergeJob(held, fresh, false)
  return JSON.stringify(merged) === JSON.stringify(held) ? held : merged
}
