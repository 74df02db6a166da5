import type { WorkOffer } from '@headway/event-log'
import { partsOf, type RedisClient } from './redis-client.ts'

/** Who takes the job, and how long it waits for one. */
export interface TakeOptions {
  /** Name of this worker, unique per process start. */
  worker: string
  /** Longest wait for a job, in milliseconds. Shorter than the client's own command timeout. @default 2_000 */
  waitMs?: number
  /** How long the job stays this worker's without a sign of life, in seconds. @default 15 */
  holdSeconds?: number
}

/** A job that this worker has, and how long it stays so without {@link holdJob}. */
export interface TakenJob extends WorkOffer {
  worker: string
  holdSeconds: number
}

/**
 * Takes a job of an external operation. Undefined where none came, or the one that came was no longer wanted: ask again.
 *
 * @param redis a connection of its own: the wait blocks everything else on it
 * @example
 * for (;;) {
 *   const job = await takeJob(blocking, 'ocr', { worker })
 *   if (job) await run(job)
 * }
 */
export async function takeJob(
  redis: RedisClient,
  operationType: string,
  { worker, waitMs = 2_000, holdSeconds = 15 }: TakeOptions,
): Promise<TakenJob | undefined> {
  const { offers } = partsOf(redis)
  const offer = await offers.next(operationType, waitMs)
  if (offer === undefined) return undefined
  const answer = await offers.take(offer, { worker, seconds: holdSeconds })
  return answer === 'taken' ? { ...offer, worker, holdSeconds } : undefined
}
