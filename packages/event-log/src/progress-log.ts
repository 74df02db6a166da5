import type { Redis } from 'ioredis'
import { jobChannel, userChannel } from '@headway/events'
import { DEFAULT_NAMESPACE, jobKeys, type Namespace } from './channel-keys.ts'
import { PROGRESS_TTL_SECONDS } from './lifetimes.ts'
import { defineScripts, runScript } from './scripts.ts'
import { TransientEmitter } from './transient-emitter.ts'

export interface Progress {
  attempt: number
  /** Counts up within an attempt, from 1. */
  n: number
  /** 0 to 100. */
  progress: number
  label: string
}

/** Sends JOB_PROGRESS to both channels of a job and keeps the newest one for snapshots. */
export class ProgressLog {
  readonly #redis: Redis
  readonly #namespace: Namespace
  readonly #emitter: TransientEmitter

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
    this.#emitter = new TransientEmitter(redis, options)
  }

  /** Keeps the progress, then sends it; calls made one after the other are sent in that order. */
  async publish(
    message: Progress & { userId: string; jobId: string; operationType: string },
  ): Promise<{ outcome: 'published' | 'fenced' | 'no_fence' }> {
    const { userId, jobId, operationType, ...progress } = message
    const keys = jobKeys(this.#namespace, jobId)
    const outcome = (await runScript(
      this.#redis,
      'progress-set',
      keys.progress,
      keys.fence,
      progress.attempt,
      JSON.stringify(progress),
      PROGRESS_TTL_SECONDS,
    )) as 'published' | 'fenced' | 'no_fence'
    if (outcome !== 'published') return { outcome }

    const event = {
      type: 'JOB_PROGRESS',
      payload: { jobId, operationType, ...progress },
      timestamp: new Date().toISOString(),
    } as const
    await Promise.all([
      this.#emitter.emit(userChannel(userId), event),
      this.#emitter.emit(jobChannel(jobId), event),
    ])
    return { outcome }
  }

  async newest(jobId: string): Promise<Progress | undefined> {
    const kept = await this.#redis.get(jobKeys(this.#namespace, jobId).progress)
    return kept === null ? undefined : (JSON.parse(kept) as Progress)
  }
}
