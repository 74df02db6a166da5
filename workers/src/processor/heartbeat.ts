import type { Logger } from '@headway/event-log'
import type { AttemptStore } from '@headway/jobs'
import type { JobObserver } from './job-observer.ts'
import type { RunningJobs } from './running-jobs.ts'

export interface HeartbeatParts {
  attempts: Pick<AttemptStore, 'renewLeases'>
  running: RunningJobs
  logger: Logger
  workerId: string
  leaseMs: number
  intervalMs: number
  observer?: JobObserver | undefined
}

/**
 * Renews the leases of all running jobs with one query per interval. The answer says which jobs are still this worker's, so one that is
 * missing is told to stop; and which are to be cancelled or to give way, in case the word of it was not heard.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#beating = this.#beatAndSchedule()
    }, this.#parts.intervalMs).unref()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#beating
  }

  async #beatAndSchedule(): Promise<void> {
    await this.beat()
    if (!this.#isStopped) this.start()
  }

  async beat(): Promise<void> {
    const { attempts, running, workerId, leaseMs, logger } = this.#parts
    // Jobs that are claimed while the query runs are not in its answer.
    const asked = running.list()
    if (asked.length === 0) return
    try {
      const jobIds = asked.map(({ attempt }) => attempt.jobId)
      const held = await attempts.renewLeases(workerId, { leaseMs, jobIds })
      for (const job of asked) {
        const { jobId, attempt } = job.attempt
        const lease = held.find((candidate) => candidate.jobId === jobId && candidate.attempt === attempt)
        if (lease?.cancelRequested) job.abort('cancelled')
        if (lease?.preemptRequested) job.abort('preempted')
        if (!lease && running.has(job)) job.abort('lost')
      }
    } catch (error) {
      this.#parts.observer?.onRenewalFailed()
      logger.warn(
        { err: error, jobs: asked.length },
        'leases could not be renewed; the next beat tries again',
      )
    }
  }
}
