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

type ProgressMessage = Progress & { userId: string; jobId: string; operationType: string }

export interface UnnumberedProgress {
  userId: string
  jobId: string
  /** 0 to 100. */
  progress: number
  label: string
  attempt?: number | undefined
  operationType?: string | undefined
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
  async publish(message: ProgressMessage): Promise<{ outcome: 'published' | 'fenced' | 'no_fence' }> {
    const { attempt, n, progress, label } = message
    const keys = jobKeys(this.#namespace, message.jobId)
    const outcome = (await runScript(
      this.#redis,
      'progress-set',
      keys.progress,
      keys.fence,
      attempt,
      JSON.stringify({ attempt, n, progress, label } satisfies Progress),
      PROGRESS_TTL_SECONDS,
    )) as 'published' | 'fenced' | 'no_fence'
    if (outcome === 'published') await this.#emit(message)
    return { outcome }
  }

  /**
   * As {@link publish}, for a writer that keeps no count: Redis numbers the progress. Without an attempt it is the one that may
   * write, and the kind of work is the one that the attempt has begun with; `no_fence` where Redis does not know them.
   */
  async publishNext(message: UnnumberedProgress): Promise<{ outcome: 'published' | 'fenced' | 'no_fence' }> {
    const { userId, jobId, progress, label } = message
    const keys = jobKeys(this.#namespace, jobId)
    const [outcome, attempt, n, operationType] = (await runScript(
      this.#redis,
      'progress-next',
      keys.progress,
      keys.fence,
      keys.textMeta,
      message.attempt ?? '',
      progress,
      label,
      message.operationType ?? '',
      PROGRESS_TTL_SECONDS,
    )) as ['published', number, number, string] | ['fenced' | 'no_fence', never, never, never]
    if (outcome === 'published')
      await this.#emit({ userId, jobId, operationType, attempt, n, progress, label })
    return { outcome }
  }

  async newest(jobId: string): Promise<Progress | undefined> {
    const kept = await this.#redis.get(jobKeys(this.#namespace, jobId).progress)
    return kept === null ? undefined : (JSON.parse(kept) as Progress)
  }

  async #emit({ userId, ...payload }: ProgressMessage): Promise<void> {
    const event = { type: 'JOB_PROGRESS', payload, timestamp: new Date().toISOString() } as const
    await Promise.all([
      this.#emitter.emit(userChannel(userId), event),
      this.#emitter.emit(jobChannel(payload.jobId), event),
    ])
  }
}
