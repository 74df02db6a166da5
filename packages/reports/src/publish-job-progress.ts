import { partsOf, type RedisClient } from './redis-client.ts'
import type { LiveOptions, LiveOutcome } from './report-options.ts'

/** As for progress of Headway's own workers. */
const LABEL_MAX_LENGTH = 500

/**
 * Tells everybody who watches how far a job is: JOB_PROGRESS on the user's and the job's channel, and in snapshots. Numbered
 * by Redis, in the order of the calls.
 *
 * @param state shown where `label` is empty, and else without effect: only Postgres says what state a job is in
 * @param progress percent, 0 to 100; rounded to two decimals
 */
export async function publishJobProgress(
  redis: RedisClient,
  jobId: string,
  userId: string,
  state: string,
  label: string,
  progress: number,
  options: LiveOptions = {},
): Promise<{ outcome: LiveOutcome }> {
  if (!Number.isFinite(progress)) {
    throw new RangeError(`The progress of job ${jobId} is ${progress}. Give a percentage from 0 to 100.`)
  }
  return partsOf(redis).progressLog.publishNext({
    jobId,
    userId,
    progress: Math.round(100 * Math.min(100, Math.max(0, progress))) / 100,
    label: (label || state).slice(0, LABEL_MAX_LENGTH).toWellFormed(),
    ...options,
  })
}
