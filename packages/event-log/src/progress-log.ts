import type { Redis } from 'ioredis'
import { jobChannel, userChannel, type Channel } from '@headway/events'
import { formatTransient } from './bus-message.ts'
import { busChannel, DEFAULT_NAMESPACE, jobKeys, type Namespace } from './channel-keys.ts'
import { PROGRESS_TTL_SECONDS } from './lifetimes.ts'
import { progressPacketText, uncountedProgressText } from './progress-text.ts'
import { defineScripts, runScript } from './scripts.ts'

/** How far an attempt of a job has come. */
export interface Progress {
  attempt: number
  /** Counts up within an attempt, from 1. */
  n: number
  /** 0 to 100. */
  progress: number
  label: string
}

type ProgressMessage = Progress & { userId: string; jobId: string; operationType: string }

/** Progress from a writer that keeps no count. */
export interface UnnumberedProgress {
  userId: string
  jobId: string
  /** 0 to 100. */
  progress: number
  label: string
  attempt?: number | undefined
  operationType?: string | undefined
}

interface ProgressOutcome {
  outcome: 'published' | 'fenced' | 'no_fence'
}

/**
 * Sends JOB_PROGRESS to both channels of a job and keeps the newest one for snapshots. The script that looks at the fence also
 * publishes: a process that stood still in between would show the progress of an attempt behind that of the next one.
 */
export class ProgressLog {
  readonly #redis: Redis
  readonly #namespace: Namespace

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
  }

  /** Keeps the progress and sends it; one that is not newer than what was sent of the attempt changes nothing. */
  async publish({ userId, ...payload }: ProgressMessage): Promise<ProgressOutcome> {
    const { jobId, attempt, n, progress, label } = payload
    const keys = jobKeys(this.#namespace, jobId)
    const timestamp = new Date().toISOString()
    const outcome = await runScript(
      this.#redis,
      'progress-set',
      keys.progress,
      keys.fence,
      attempt,
      n,
      JSON.stringify({ attempt, n, progress, label } satisfies Progress),
      PROGRESS_TTL_SECONDS,
      ...roomsOf(userId, jobId).flatMap((room) => {
        return [
          busChannel(this.#namespace, room),
          formatTransient(room, progressPacketText(room, payload, timestamp)),
        ]
      }),
    )
    return { outcome: outcome as ProgressOutcome['outcome'] }
  }

  /**
   * As {@link publish}, for a writer that keeps no count: Redis numbers the progress. Without an attempt it is the one that may
   * write, and the kind of work is the one that the attempt has begun with; `no_fence` where Redis does not know them.
   */
  async publishNext(message: UnnumberedProgress): Promise<ProgressOutcome> {
    const { userId, jobId, progress, label } = message
    const keys = jobKeys(this.#namespace, jobId)
    const timestamp = new Date().toISOString()
    const outcome = await runScript(
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
      ...roomsOf(userId, jobId).flatMap((room) => {
        const [before, behind] = uncountedProgressText(room, { jobId, progress, label }, timestamp)
        return [busChannel(this.#namespace, room), formatTransient(room, before), behind]
      }),
    )
    return { outcome: outcome as ProgressOutcome['outcome'] }
  }

  /** The newest progress that was sent of the job, for a day after it; undefined where Redis has none. */
  async newest(jobId: string): Promise<Progress | undefined> {
    const kept = await this.#redis.get(jobKeys(this.#namespace, jobId).progress)
    return kept === null ? undefined : (JSON.parse(kept) as Progress)
  }
}

function roomsOf(userId: string, jobId: string): Channel[] {
  return [userChannel(userId), jobChannel(jobId)]
}
