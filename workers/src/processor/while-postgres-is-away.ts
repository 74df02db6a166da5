import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@headway/event-log'
import { DatabaseAwayError } from '@headway/jobs'

/** Waits between tries, in milliseconds; the last one is repeated. */
const DELAYS_MS = [100, 300, 1000, 2000, 4000]

/**
 * Writes what an operation has done already, again and again while Postgres is away: what it has cost is not to be spent twice. The write
 * changes nothing where an earlier try was carried out after all. An attempt that has lost its job meanwhile hears so from Postgres when it
 * is back; one that is told to stop (a timeout, a cancel, the worker's end) gives up.
 *
 * @throws what the write throws, where Postgres is there; the signal's reason
 */
export async function whilePostgresIsAway<T>(
  write: () => Promise<T>,
  { signal, logger, what }: { signal: AbortSignal; logger: Logger; what: string },
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await write()
    } catch (error) {
      if (!(error instanceof DatabaseAwayError)) throw error
      const waitMs = DELAYS_MS[Math.min(tries, DELAYS_MS.length - 1)]
      logger.warn(
        { err: error, what, waitMs },
        'Postgres is away; what a job has done is written when it is back',
      )
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
      signal.throwIfAborted()
    }
  }
}
