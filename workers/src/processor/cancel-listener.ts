import { cancelChannel, preemptChannel } from '@headway/jobs'
import type { Redis } from 'ioredis'
import type { RunningJobs } from './running-jobs.ts'

const CANCEL_ANY = cancelChannel('*')
const PREEMPT_ANY = preemptChannel('*')

/** Hears on a subscriber connection which jobs of the process are to end (cancelled) or to give way (preempted). */
export class CancelListener {
  readonly #subscriber: Redis
  readonly #running: RunningJobs
  readonly #onMessage = (pattern: string, channel: string, message: string): void => {
    const jobId = channel.slice(pattern.length - 1)
    if (pattern === CANCEL_ANY) this.#running.cancel(jobId, attemptOf(message))
    if (pattern === PREEMPT_ANY) this.#running.preempt(jobId, Number(message))
  }

  constructor(subscriber: Redis, running: RunningJobs) {
    this.#subscriber = subscriber
    this.#running = running
  }

  async start(): Promise<void> {
    this.#subscriber.on('pmessage', this.#onMessage)
    await this.#subscriber.psubscribe(CANCEL_ANY, PREEMPT_ANY)
  }

  stop(): void {
    this.#subscriber.off('pmessage', this.#onMessage)
  }
}

/** The attempt that a word means; undefined for the word of somebody who knows of none. */
function attemptOf(message: string): number | undefined {
  try {
    const { attempt } = JSON.parse(message) as { attempt?: unknown }
    return typeof attempt === 'number' ? attempt : undefined
  } catch {
    return undefined
  }
}
