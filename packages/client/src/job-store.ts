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
import { DerivedStore } from './derived-store.ts'
import { isFinal, type RequestError } from './errors.ts'
import type { HeadwayClient } from './headway-client.ts'
import type { JobFollowing, JobReader } from './job-follower.ts'
import { isOnJobChannel, type JobMessage } from './job-message.ts'
import { queueWaitOf, type QueueWait } from './queue-wait.ts'
import { emptyJob, loadJob, reduceJob, type JobRecord } from './reduce-job.ts'

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
  /** What the job waits to be told; only while `state` is `waiting`. */
  readonly question: QuestionView | null
  /** Why the job waits in the queue, once a message has told it; only while `state` is `queued`. */
  readonly queueWait: QueueWait | null
  readonly result: unknown
  /** Why the job failed. */
  readonly error: { readonly code: string; readonly message: string } | null
  /**
   * The newest 1,000 messages, newest last; of more, the oldest progress is the first to go. Text chunks are not among them: they
   * are in `text`.
   */
  readonly events: readonly JobMessage[]
  readonly freshness: Freshness
  /** Since when the value may be behind, in milliseconds since the epoch; null unless `freshness` is `stale`. */
  readonly staleSince: number | null
  /** True until the snapshot has come, or could not be had. */
  readonly isLoading: boolean
  /** Why the snapshot could not be had: `not_found` for a job that is missing or another user's. */
  readonly loadError: RequestError | null
}

/** How far a job's value can be trusted. */
type JobTrust = Pick<JobSnapshot, 'freshness' | 'staleSince' | 'loadError'>

const UNKNOWN: JobTrust = { loadError: null, freshness: 'stale', staleSince: null }

/** The live value of one job. Following begins with its first subscriber and ends a moment after the last. */
export class JobStore extends DerivedStore<JobSnapshot> implements JobReader {
  readonly #client: HeadwayClient
  #following: JobFollowing | undefined
  #record: JobRecord

  constructor(jobId: string, client: HeadwayClient) {
    const record = emptyJob(jobId)
    super(client.scheduler, project(record, UNKNOWN))
    this.#client = client
    this.#record = record
  }

  get textHeld(): number {
    return this.#record.text.held
  }

  get isTextMissing(): boolean {
    const { text } = this.#record
    return text.held < text.end
  }

  get isSettled(): boolean {
    return this.#record.isLoaded && isTerminalState(this.#record.job.state) && !this.isTextMissing
  }

  /** The job is followed for somebody, or was a moment ago. */
  override get isUsed(): boolean {
    return this.#following?.follower.isRetained ?? false
  }

  apply(message: JobMessage): void {
    this.#change(reduceJob(this.#record, message))
    // The user's channel may be ahead of the job's text, which is on its way then.
    if (isOnJobChannel(message) && this.isTextMissing) this.#following?.follower.pullText()
  }

  load(subscription: JobSubscription): void {
    this.#change(loadJob(this.#record, subscription))
  }

  /** Forgets the job: what was known may be wrong, or another user's. */
  reset(): void {
    this.#change(emptyJob(this.#record.job.jobId))
  }

  protected override read(): JobSnapshot {
    const { freshness, staleSince } = this.#client.connection.getSnapshot()
    const { isFollowed = false, loadError = null } = this.#following?.follower ?? {}
    // What is refused for good is nothing to wait for.
    const isAwaited = !isFollowed && !(loadError && isFinal(loadError))
    const isBehind = isAwaited || this.isTextMissing
    return project(this.#record, {
      loadError,
      freshness: freshness === 'live' && isBehind ? 'catching-up' : freshness,
      staleSince,
    })
  }

  protected override start(): void {
    this.#following = this.#client.follow(this.#record.job.jobId, this)
    // Whoever has rendered this store looks again, and finds another one if this has been forgotten meanwhile.
    this.refresh()
  }

  protected override stop(): void {
    this.#following?.release()
  }

  #change(record: JobRecord): void {
    if (record === this.#record) return
    this.#record = record
    this.refresh()
  }
}

function project({ job, isLoaded, text, events }: JobRecord, trust: JobTrust): JobSnapshot {
  const { state } = job
  return {
    ...job,
    job: isLoaded ? job : undefined,
    state: job.version > 0 ? state : undefined,
    progress: state === 'completed' ? 100 : job.progress,
    text: text.value,
    queueWait: queueWaitOf(job, events),
    error: state === 'failed' ? { code: job.errorCode ?? 'internal', message: job.error ?? '' } : null,
    events,
    isLoading: !isLoaded && trust.loadError === null,
    ...trust,
  }
}
