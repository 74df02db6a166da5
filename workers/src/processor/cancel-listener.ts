import { cancelChannel } from '@headway/jobs'
import type { Redis } from 'ioredis'
import type { RunningJobs } from './running-jobs.ts'

const ANY_JOB = cancelChannel('*')
const PREFIX = cancelChannel('')

/** Hears requests to cancel on a subscriber connection, for all jobs of the process. */
export class CancelListener {
  readonly #subscriber: Redis
  readonly #running: RunningJobs
  readonly #onMessage = (pattern: string, channel: string): void => {
    if (pattern === ANY_JOB) this.#running.cancel(channel.slice(PREFIX.length))
  }

  constructor(subscriber: Redis, running: RunningJobs) {
    this.#subscriber = subscriber
    this.#running = running
  }

  async start(): Promise<void> {
    this.#subscriber.on('pmessage', this.#onMessage)
    await this.#subscriber.psubscribe(ANY_JOB)
  }

  stop(): void {
    this.#subscriber.off('pmessage', this.#onMessage)
  }
}
