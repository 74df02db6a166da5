import {
  isTerminalState,
  type ArtifactView,
  type JobState,
  type JobSubscription,
  type JobView,
  type QuestionView,
  type StepView,
} from '@headway/events'
import type { Freshness } from './connection-state.ts'
import type { RequestError } from './errors.ts'
import type { JobMessage } from './job-message.ts'
import { isTextMissing } from './job-text.ts'
import { emptyJob, loadJob, reduceJob, type JobRecord } from './reduce-job.ts'
import type { Scheduler } from './scheduler.ts'
import type { Store } from './store.ts'

/** Everything a page shows of a job. */
export interface JobSnapshot {
  readonly jobId: string
  /** The whole job, kept up to date; undefined until its snapshot has come. */
  readonly job: JobView | undefined
  /** Known as soon as any message tells it, also before the snapshot. */
  readonly state: JobState | undefined
  /** 0 to 100; 100 for a completed job, whatever it said last. */
  readonly progress: number
  readonly label: string
  readonly steps: readonly StepView[]
  readonly text: string
  readonly artifacts: readonly ArtifactView[]
  readonly question: QuestionView | null
  readonly result: unknown
  /** Why the job failed. */
  readonly error: { readonly code: string; readonly message: string } | null
  /** The newest 1,000 messages, newest last. Text chunks are not among them: they are in `text`. */
  readonly events: readonly JobMessage[]
  readonly freshness: Freshness
  /** Since when the value may be behind, in milliseconds since the epoch; null unless `freshness` is `stale`. */
  readonly staleSince: number | null
  /** True until the snapshot has come, or could not be had. */
  readonly isLoading: boolean
  /** Why the snapshot could not be had: `not_found` for a job that is missing or another user's. */
  readonly loadError: RequestError | null
}

/** How far a job's value can be trusted, as its follower sees it. */
export interface JobTrust {
  readonly freshness: Freshness
  readonly staleSince: number | null
  readonly loadError: RequestError | null
}

const UNKNOWN: JobTrust = { freshness: 'stale', staleSince: null, loadError: null }

export interface JobStoreOptions {
  scheduler: Scheduler
  /** Called with the first subscriber; what it returns, after the last one left. */
  follow: () => () => void
  trust: () => JobTrust
}

/** The live value of one job. Following begins with its first subscriber and ends a moment after the last. */
export class JobStore implements Store<JobSnapshot> {
  readonly #options: JobStoreOptions
  readonly #initial: JobSnapshot
  readonly #listeners = new Set<() => void>()
  #unfollow: (() => void) | undefined
  #record: JobRecord
  #snapshot: JobSnapshot | undefined

  constructor(jobId: string, options: JobStoreOptions) {
    this.#options = options
    this.#record = emptyJob(jobId)
    this.#initial = project(this.#record, UNKNOWN)
  }

  /** Where the text that is held ends, in UTF-8 bytes. */
  get textHeld(): number {
    return this.#record.text.held
  }

  get isTextMissing(): boolean {
    return isTextMissing(this.#record.text)
  }

  /** The whole job is known, it has ended, and its text is here: there is nothing to ask for. */
  get isSettled(): boolean {
    return this.#record.isLoaded && isTerminalState(this.#record.job.state) && !this.isTextMissing
  }

  // Arrow functions: `useSyncExternalStore` calls them without their object.
  readonly subscribe = (listener: () => void): (() => void) => {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    this.#unfollow ??= this.#options.follow()
    return () => {
      this.#listeners.delete(entry)
      if (this.#listeners.size > 0) return
      this.#unfollow?.()
      this.#unfollow = undefined
    }
  }

  readonly getSnapshot = (): JobSnapshot => (this.#snapshot ??= project(this.#record, this.#options.trust()))

  readonly getInitialSnapshot = (): JobSnapshot => this.#initial

  apply(message: JobMessage): void {
    this.#change(reduceJob(this.#record, message))
  }

  load(subscription: JobSubscription): void {
    this.#change(loadJob(this.#record, subscription))
  }

  /** Forgets the job: what was known may be wrong, or another user's. */
  reset(): void {
    this.#change(emptyJob(this.#record.job.jobId))
  }

  /** Something beside the job changed: the connection, or whether the job could be had. */
  refresh(): void {
    this.#snapshot = undefined
    if (this.#listeners.size > 0) this.#options.scheduler.schedule(this.#notify)
  }

  #change(record: JobRecord): void {
    if (record === this.#record) return
    this.#record = record
    this.refresh()
  }

  readonly #notify = (): void => {
    for (const listener of this.#listeners) listener()
  }
}

function project({ job, isLoaded, text, events }: JobRecord, trust: JobTrust): JobSnapshot {
  const { state, label, steps, artifacts, question, result } = job
  return {
    jobId: job.jobId,
    job: isLoaded ? job : undefined,
    state: job.version > 0 ? state : undefined,
    progress: state === 'completed' ? 100 : job.progress,
    label,
    steps,
    text: text.value,
    artifacts,
    question,
    result,
    error: state === 'failed' ? { code: job.errorCode ?? 'internal', message: job.error ?? '' } : null,
    events,
    isLoading: !isLoaded && trust.loadError === null,
    ...trust,
  }
}
