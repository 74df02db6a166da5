import type { AbortKind } from './abort-reason.ts'
import type { RunningJob } from './running-job.ts'

/** The jobs that this process runs now. An attempt that was lost and the next one of the same job may be here together. */
export class RunningJobs {
  readonly #jobs = new Set<RunningJob>()
  #isStopping = false

  get size(): number {
    return this.#jobs.size
  }

  add(job: RunningJob): void {
    this.#jobs.add(job)
    if (this.#isStopping) job.abort('stopping')
  }

  delete(job: RunningJob): void {
    this.#jobs.delete(job)
  }

  has(job: RunningJob): boolean {
    return this.#jobs.has(job)
  }

  list(): RunningJob[] {
    return [...this.#jobs]
  }

  /** The job is to be cancelled; where the attempt is named, no later one. */
  cancel(jobId: string, attempt: number | undefined): void {
    for (const job of this.#jobs) {
      const isMeant = attempt === undefined || attempt === job.attempt.attempt
      if (isMeant && job.attempt.jobId === jobId) job.abort('cancelled')
    }
  }

  /** The attempt is to give way to a more urgent job. */
  preempt(jobId: string, attempt: number): void {
    this.#abort(jobId, attempt, 'preempted')
  }

  /** The attempt is over, and its end is written: others than this process have seen to it. */
  end(jobId: string, attempt: number): void {
    this.#abort(jobId, attempt, 'reported')
  }

  /** Tells all jobs to stop, and those that a claim under way still adds. */
  stop(): void {
    this.#isStopping = true
    for (const job of this.#jobs) job.abort('stopping')
  }

  #abort(jobId: string, attempt: number, kind: AbortKind): void {
    for (const job of this.#jobs) {
      if (job.attempt.jobId === jobId && job.attempt.attempt === attempt) job.abort(kind)
    }
  }
}
