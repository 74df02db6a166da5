import { partsOf, type RedisClient } from './redis-client.ts'
import type { TakenJob } from './take-job.ts'

/** Time between two signs of life, in milliseconds: what is cancelled is noticed as fast. */
const SIGN_INTERVAL_MS = 500

/** A job that this process says it works on. */
export interface HeldJob {
  /** Aborted when the job is no longer this worker's: cancelled, timed out, given to another attempt, ended. */
  readonly signal: AbortSignal
  /** Says nothing more. */
  release(): void
}

/**
 * Says again and again that a taken job is worked on, and hears when it need not be. A Redis that is away ends nothing: the
 * attempt is lost only when another one has it.
 *
 * @param redis not the connection that waits in `takeJob`
 */
export function holdJob(redis: RedisClient, job: TakenJob): HeldJob {
  const { offers } = partsOf(redis)
  const lost = new AbortController()
  const sign = { worker: job.worker, seconds: job.holdSeconds, isHeld: true }
  const release = () => clearInterval(timer)
  const giveSign = async () => {
    if ((await offers.take(job, sign)) === 'taken') return
    release()
    lost.abort(new Error(`Attempt ${job.attempt} of job ${job.jobId} is over.`))
  }
  const timer = setInterval(() => void giveSign().catch(() => {}), SIGN_INTERVAL_MS)
  return { signal: lost.signal, release }
}
