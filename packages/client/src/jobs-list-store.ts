import type { JobView } from '@headway/events'
import type { Freshness } from './connection-state.ts'
import { DerivedStore } from './derived-store.ts'
import type { RequestError } from './errors.ts'
import type { HeadwayClient } from './headway-client.ts'
import type { JobMessage } from './job-message.ts'
import type { JobsFilter } from './jobs-filter.ts'
import { fetchJobsList } from './jobs-list-page.ts'
import { appendPage, applyToList, mayBelong, putIntoList, replaceList, type JobsList } from './jobs-list.ts'
import { RetryTimer } from './retry-timer.ts'

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

/** Above so many unknown jobs at once the list is loaded anew, instead of each job. */
const MAX_SINGLE_CALLS = 4

/** What a list holds that has not been loaded. */
const NOTHING: JobsList = { jobs: [], nextCursor: null }
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
 * The live value of a list of jobs: pages of the REST API, kept true by what the user's channel says. An answer may be
 * older than what was heard while it was under way, so that is applied once more on top of it.
 */
export class JobsListStore extends DerivedStore<JobsListSnapshot> {
  readonly #client: HeadwayClient
  readonly #filter: JobsFilter
  #list = NOTHING
  #error: RequestError | null = null
  /** Heard while calls are under way, an array for each call. */
  readonly #heard = new Set<JobMessage[]>()
  /** Jobs being asked for one by one. */
  readonly #unknown = new Set<string>()
  #call: AbortController | undefined
  #isCallForMore = false
  #isUsed = false
  /** The list has to be loaded, by the next one who wants it at the latest. */
  #isBehind = true
  /** Since it was loaded there was always a cursor that tells what is missed. */
  #isHearing = false
  readonly #retryTimer = new RetryTimer(() => void (this.#isBehind ? this.reload() : this.loadMore()))

  constructor(client: HeadwayClient, filter: JobsFilter) {
    super(client.scheduler, UNKNOWN)
    this.#client = client
    this.#filter = filter
  }

  /** Somebody shows the list. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /** Loads the list anew, as far as it was loaded. Never rejects: what goes wrong is the snapshot's `error`. */
  readonly reload = (): Promise<void> => {
    this.#isBehind = false
    this.#isHearing = this.#client.connection.getSnapshot().userId !== null
    const count = Math.max(this.#pageSize, this.#list.jobs.length)
    return this.#load(false, { count }, (fresh) => replaceList(this.#list, fresh, this.#filter))
  }

  /** Loads the next page, if there is one and nothing is being loaded. Never rejects. */
  readonly loadMore = async (): Promise<void> => {
    const cursor = this.#list.nextCursor
    if (this.#call || !cursor) return
    await this.#load(true, { cursor, count: this.#pageSize }, (page) =>
      appendPage(this.#list, page, this.#filter),
    )
  }

  apply(message: JobMessage): void {
    for (const heard of this.#heard) heard.push(message)
    this.#take(message)
  }

  /** Changes the list as the message says, or asks for what it does not say. */
  #take(message: JobMessage): void {
    if (this.#list === NOTHING) return
    if (mayBelong(this.#list, message, this.#filter)) this.#discover(message.payload.jobId)
    else this.#change(applyToList(this.#list, message, this.#filter))
  }

  /** There may be jobs that no message has told of. */
  invalidate(): void {
    this.#isBehind = true
    this.retry()
  }

  /** What happened between the first answer and the first connection came by neither. */
  reconnected(): void {
    if (!this.#isHearing || this.#isBehind || this.#error) this.invalidate()
  }

  /** The connection is another one, or none: without one that is wanted, nothing is asked for again. */
  connectionChanged(): void {
    if (!this.#isToRetry) this.#retryTimer.cancel()
    this.refresh()
  }

  /** Loads at once what is missing or could not be had. */
  retry(): void {
    if (!this.#isUsed) return
    if (this.#isBehind) void this.reload()
    else if (this.#error && !this.#call) void this.loadMore()
  }

  /** Forgets the list: it is another user's. */
  reset(): void {
    this.#call?.abort()
    this.#heard.clear()
    this.#unknown.clear()
    this.#list = NOTHING
    this.#error = null
    this.refresh()
    this.invalidate()
  }

  protected override start(): void {
    this.#isUsed = true
    this.retry()
  }

  protected override stop(): void {
    this.#isUsed = false
    this.#retryTimer.cancel()
  }

  protected override read(): JobsListSnapshot {
    const { freshness, staleSince } = this.#client.connection.getSnapshot()
    const isReloading = this.#call !== undefined && !this.#isCallForMore
    const isBehind = isReloading || this.#isBehind || !this.#isHearing || this.#unknown.size > 0
    return {
      jobs: this.#list.jobs,
      isLoading: this.#list === NOTHING && !this.#error,
      isLoadingMore: this.#call !== undefined && this.#isCallForMore,
      hasMore: this.#list.nextCursor !== null,
      error: this.#error,
      freshness: freshness === 'live' && isBehind ? 'catching-up' : freshness,
      staleSince,
    }
  }

  get #isToRetry(): boolean {
    const state = this.#client.getConnectionState()
    return this.#isUsed && state !== 'disconnected' && state !== 'failed'
  }

  get #pageSize(): number {
    return this.#filter.limit ?? DEFAULT_PAGE_SIZE
  }

  async #load(
    isForMore: boolean,
    range: { count: number; cursor?: string },
    take: (answer: JobsList) => JobsList,
  ): Promise<void> {
    this.#call?.abort()
    this.#retryTimer.cancel()
    const call = new AbortController()
    const { signal } = call
    this.#call = call
    this.#isCallForMore = isForMore
    this.refresh()
    await this.#ask(
      fetchJobsList(this.#client, this.#filter, { ...range, signal }),
      (answer) => signal.aborted || this.#settle(take(answer), null),
      (error) => signal.aborted || this.#settle(this.#list, error),
    )
  }

  /** A job that the list does not hold may belong to it now. */
  #discover(jobId: string): void {
    if (!this.#isUsed || this.#isBehind) this.#isBehind = true
    // What is heard while a page is under way is applied to it, and found there or asked for then.
    else if (!this.#call && !this.#unknown.has(jobId)) {
      if (this.#unknown.size < MAX_SINGLE_CALLS) void this.#fetchJob(jobId)
      else void this.reload()
    }
  }

  async #fetchJob(jobId: string): Promise<void> {
    this.#unknown.add(jobId)
    this.refresh()
    await this.#ask(
      this.#client.callApi<JobView>(`/api/jobs/${encodeURIComponent(jobId)}`),
      (job) => {
        const isWanted = this.#unknown.delete(jobId)
        if (isWanted) this.#change(putIntoList(this.#list, job, this.#filter))
      },
      (error) => {
        // Removed meanwhile: there is nothing to show. Any other failure hides a job.
        if (this.#unknown.delete(jobId) && error.code !== 'not_found') this.#fail(error, true)
      },
    )
    this.refresh()
  }

  /** Waits for an answer, with everything on top that was heard since it was asked for. */
  async #ask<TAnswer>(
    answer: Promise<TAnswer>,
    take: (answer: TAnswer) => void,
    fail: (error: RequestError) => void,
  ): Promise<void> {
    const heard: JobMessage[] = []
    this.#heard.add(heard)
    try {
      take(await answer)
    } catch (error) {
      // A call throws nothing else.
      fail(error as RequestError)
    }
    // What the last user's call has heard is nobody's.
    if (!this.#heard.delete(heard)) return
    // Not told to the other calls again: each has heard what it has to.
    for (const message of heard) this.#take(message)
  }

  /** The call for pages has ended. */
  #settle(list: JobsList, error: RequestError | null): void {
    this.#call = undefined
    this.#list = list
    this.#error = error
    if (error) this.#fail(error, !this.#isCallForMore)
    else this.#succeed()
    this.refresh()
  }

  #succeed(): void {
    this.#retryTimer.reset()
    // A job could not be had while older ones were being loaded.
    if (this.#isUsed && this.#isBehind) void this.reload()
  }

  /** A call failed; a list that is behind is loaded anew after a while. */
  #fail(error: RequestError, isBehind: boolean): void {
    this.#isBehind ||= isBehind
    if (this.#isToRetry && !this.#call) this.#retryTimer.schedule(error)
  }

  #change(list: JobsList): void {
    if (list === this.#list) return
    this.#list = list
    this.refresh()
  }
}
