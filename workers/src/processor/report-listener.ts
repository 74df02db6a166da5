import { endedChannel } from '@headway/jobs'
import type { Redis } from 'ioredis'
import type { RunningJobs } from './running-jobs.ts'

const ANY_JOB = endedChannel('*')
const PREFIX = endedChannel('')

/** Hears on a subscriber connection that an attempt is over because its worker, which is not ours, has reported so. */
export class ReportListener {
  readonly #subscriber: Redis
  readonly #running: RunningJobs
  readonly #onMessage = (pattern: string, channel: string, attempt: string): void => {
    if (pattern === ANY_JOB) this.#running.end(channel.slice(PREFIX.length), Number(attempt))
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
