import { jobIdOf, type Ready } from '@headway/events'
import { JobFollower, type JobFollowerOptions, type JobReader } from './job-follower.ts'

/** A job that is followed until it is released. */
export interface JobFollowing {
  /** How the job is followed; shared by all who do. */
  readonly follower: Pick<JobFollower, 'isFollowed' | 'isRetained' | 'loadError' | 'pullText'>
  /** Ends the following; once is enough. */
  release: () => void
}

/** The jobs that are followed now, one follower for each. */
export class JobFollowers {
  readonly #options: Omit<JobFollowerOptions, 'onLeave'>
  readonly #byId = new Map<string, JobFollower>()

  constructor(options: Omit<JobFollowerOptions, 'onLeave'>) {
    this.#options = options
  }

  follow(jobId: string, reader?: JobReader): JobFollowing {
    const follower = this.#byId.get(jobId) ?? this.#create(jobId)
    return { follower, release: follower.retain(reader) }
  }

  /** The length of a job's text as the server knows it. */
  compareText(channel: string, textEnd: number): void {
    this.#on(channel)?.compareText(textEnd)
  }

  /** Follows a job anew, from a fresh snapshot; for another channel there is nothing to do. */
  rejoin(channel: string): void {
    this.#on(channel)?.rejoin()
  }

  reconnected(ready: Ready): void {
    for (const follower of this.#byId.values()) follower.reconnected(ready)
  }

  interrupt(): void {
    for (const follower of this.#byId.values()) follower.interrupt()
  }

  stop(): void {
    for (const follower of this.#byId.values()) follower.stop()
    this.#byId.clear()
  }

  #on(channel: string): JobFollower | undefined {
    return this.#byId.get(jobIdOf(channel) ?? '')
  }

  #create(jobId: string): JobFollower {
    const onLeave = (): void => void this.#byId.delete(jobId)
    const follower = new JobFollower(jobId, { ...this.#options, onLeave })
    this.#byId.set(jobId, follower)
    return follower
  }
}
