import { jobIdOf, type Ready, type Resync } from '@headway/events'
import type { CatchUp } from './catch-up.ts'
import type { Freshness } from './connection-state.ts'
import type { Connection } from './connection.ts'
import { JobFollower } from './job-follower.ts'
import { isOnJobChannel, type JobMessage } from './job-message.ts'
import { JobStore } from './job-store.ts'
import type { Scheduler } from './scheduler.ts'

export interface JobsOptions {
  request: Connection['request']
  isOpen: () => boolean
  connectionTrust: () => { freshness: Freshness; staleSince: number | null }
  catchUp: CatchUp
  scheduler: Scheduler
  lingerMs: number
}

interface Job {
  readonly store: JobStore
  readonly follower: JobFollower
}

/** Jobs kept although nobody follows them: what the user's channel says of them is there when somebody does. */
const MAX_UNFOLLOWED = 100

/** All jobs that the client knows: one store and one follower each. */
export class Jobs {
  readonly #options: JobsOptions
  readonly #byId = new Map<string, Job>()

  constructor(options: JobsOptions) {
    this.#options = options
  }

  store(jobId: string): JobStore {
    return this.#job(jobId).store
  }

  /** Follows a job; returns the undoing. */
  follow(jobId: string): () => void {
    return this.#job(jobId).follower.retain()
  }

  apply(message: JobMessage): void {
    const { store, follower } = this.#job(message.payload.jobId)
    store.apply(message)
    // The user's channel may be ahead of the job's text, which is on its way then.
    if (isOnJobChannel(message) && store.isTextMissing) follower.pullText()
  }

  /** The head of a job's channel as the server sees it. */
  compareText(channel: string, textEnd: number): void {
    const job = this.#byId.get(jobIdOf(channel) ?? '')
    if (job && textEnd > job.store.textHeld) job.follower.pullText()
  }

  /** Takes a fresh snapshot of a job whose gap can't be filled; a user's gap ends what was only overheard. */
  resync({ channel }: Resync): void {
    if (jobIdOf(channel) !== undefined) this.rejoin(channel)
    else for (const { store, follower } of this.#byId.values()) if (!follower.isRetained) store.reset()
  }

  /** Follows a job anew, from a fresh snapshot. */
  rejoin(channel: string): void {
    this.#byId.get(jobIdOf(channel) ?? '')?.follower.rejoin()
  }

  reconnected(ready: Ready): void {
    for (const { follower } of this.#byId.values()) follower.reconnected(ready)
  }

  interrupt(): void {
    for (const { follower } of this.#byId.values()) follower.interrupt()
  }

  /** The connection's freshness changed, and with it every job's. */
  refresh(): void {
    for (const { store } of this.#byId.values()) store.refresh()
  }

  /** Another user: nothing of the last one's may be shown. */
  reset(): void {
    for (const { store } of this.#byId.values()) store.reset()
  }

  /** Follows nothing any more. */
  stop(): void {
    for (const { follower } of this.#byId.values()) follower.stop()
    this.#byId.clear()
  }

  #job(jobId: string): Job {
    const job = this.#byId.get(jobId) ?? this.#create(jobId)
    // The map's order is that of use, so that the one unused for longest is forgotten.
    this.#byId.delete(jobId)
    this.#byId.set(jobId, job)
    this.#evict()
    return job
  }

  #create(jobId: string): Job {
    const { scheduler, connectionTrust, ...shared } = this.#options
    const store = new JobStore(jobId, {
      scheduler,
      follow: () => {
        // It may have been forgotten between a component's render and its subscribing.
        if (!this.#byId.has(jobId)) this.#byId.set(jobId, { store, follower })
        return follower.retain()
      },
      trust: () => {
        const { freshness, staleSince } = connectionTrust()
        const isBehind = freshness === 'live' && (!follower.isFollowed || store.isTextMissing)
        return { freshness: isBehind ? 'catching-up' : freshness, staleSince, loadError: follower.loadError }
      },
    })
    const follower = new JobFollower(jobId, {
      ...shared,
      textHeld: () => store.textHeld,
      isTextMissing: () => store.isTextMissing,
      isSettled: () => store.isSettled,
      onLoaded: (subscription) => store.load(subscription),
      onChange: () => store.refresh(),
    })
    return { store, follower }
  }

  #evict(): void {
    if (this.#byId.size <= MAX_UNFOLLOWED) return
    const unfollowed = [...this.#byId].filter(([, { follower }]) => !follower.isRetained)
    const surplus = Math.max(0, unfollowed.length - MAX_UNFOLLOWED)
    for (const [jobId] of unfollowed.slice(0, surplus)) this.#byId.delete(jobId)
  }
}
