import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { partsOf, type RedisClient } from './redis-client.ts'
import type { LiveOptions, LiveOutcome } from './report-options.ts'

export interface ChunkOptions extends LiveOptions {
  /**
   * Names this piece of text within the job: a call with the same name within two minutes appends nothing. For callers that try again
   * after an error. Without it, a call that the client itself sends again is told by a name of its own.
   */
  once?: string
}

/** `end` is the end of the job's text now, in bytes; `full`: the text has reached its limit and takes no more. */
export interface ChunkOutcome {
  outcome: LiveOutcome | 'full'
  end: number
}

/** After a flush the worker that holds the job for us brings back what Redis must know, within a second or two. */
const PATIENCE_MS = 10_000
const RETRY_MS = 200

/**
 * Appends to a job's text, live for everybody who watches. Pieces appear in the order of the calls of a connection.
 *
 * @param _userId for the form of all these functions; text goes to the job's channel alone
 */
export async function publishJobChunk(
  redis: RedisClient,
  jobId: string,
  _userId: string,
  text: string,
  { once = randomUUID(), ...options }: ChunkOptions = {},
): Promise<ChunkOutcome> {
  const { textLog } = partsOf(redis)
  const givesUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    const { outcome, end } = await textLog.add(jobId, { text, once, ...options })
    switch (outcome) {
      case 'appended':
        return { outcome: 'published', end }
      case 'full':
        return { outcome, end }
      case 'no_fence':
        if (performance.now() >= givesUpAt) return { outcome, end }
        await delay(RETRY_MS)
        break
      // A text is sealed when its job ends. Additions have no place of their own, so there is no gap.
      case 'sealed':
      case 'gap':
      case 'fenced':
        return { outcome: 'fenced', end }
      default:
        return outcome satisfies never
    }
  }
}
