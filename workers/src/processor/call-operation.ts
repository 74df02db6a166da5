import { setTimeout as delay } from 'node:timers/promises'
import type { Operation } from '../define-operation.ts'
import type { OperationContext } from '../operation-context.ts'
import type { RunEnd } from './decide-outcome.ts'
import type { RunningJob } from './running-job.ts'

export interface CallOptions {
  operation: Operation
  context: OperationContext
  job: RunningJob
  graceMs: number
}

/**
 * Calls an operation and waits for its end: no longer than its timeout, no longer than the grace period once it was told to
 * stop, and no longer than until it asks a question. An operation that goes on after that finds its browser closed and its
 * writes refused.
 */
export async function callOperation({ operation, context, job, graceMs }: CallOptions): Promise<RunEnd> {
  // The clock of an external one starts when a worker has it.
  const timeout = operation.isExternal
    ? undefined
    : setTimeout(() => job.abort('timeout'), operation.timeoutMs)
  const over = new AbortController()
  try {
    job.signal.throwIfAborted()
    const run = operation.run(context).then(
      (result): RunEnd => ({ kind: 'returned', result }),
      (error: unknown): RunEnd => ({ kind: 'threw', error }),
    )
    const end = await Promise.race([run, ignoredAfterGrace(job, graceMs, over.signal)])
    // What it did beside the question may have ended it, too.
    return job.question ? { kind: 'asked', question: job.question } : end
  } catch (error) {
    return { kind: 'threw', error }
  } finally {
    clearTimeout(timeout)
    over.abort()
  }
}

/** Resolves when the grace period is over that begins with the abort; at once for a question; never, if the operation is over before. */
async function ignoredAfterGrace(job: RunningJob, graceMs: number, over: AbortSignal): Promise<RunEnd> {
  await new Promise<void>((resolve) => {
    if (job.signal.aborted) resolve()
    else job.signal.addEventListener('abort', () => resolve(), { once: true, signal: over })
  })
  if (!job.question) await delay(graceMs, undefined, { signal: over }).catch(() => undefined)
  return { kind: 'ignored' }
}
