import { setTimeout as delay } from 'node:timers/promises'
import type { OperationContext } from '../../../src/operation-context.ts'

/** What must show nowhere. */
export const ZOMBIE = 'zombie'

const ROUNDS = 8
/** Text waits a moment for more before it is sent. */
const PAUSE_MS = 50

export interface WriteEverythingOptions {
  /** Whatever Postgres refuses tells the attempt, and then it asks Redis no more; and the other way round. */
  first: 'redis' | 'postgres'
  refused: (error: Error) => Promise<void>
}

/** Tries every way of writing, again and again: before the attempt learns that it has lost its job, and after. */
export async function writeEverything(
  ctx: Pick<OperationContext, 'chunk' | 'progress' | 'artifact' | 'step'>,
  { first, refused }: WriteEverythingOptions,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const live = Promise.all([ctx.chunk(`${ZOMBIE} ${round}`), ctx.progress(99, ZOMBIE)])
    if (first === 'redis') await delay(PAUSE_MS)
    const ends = await Promise.allSettled([
      ctx.artifact(`${ZOMBIE}.txt`, ZOMBIE, 'text/plain'),
      ctx.step(`${ZOMBIE}-${round}`, () => ZOMBIE),
    ])
    await live
    for (const end of ends) if (end.status === 'rejected') await refused(end.reason as Error)
    await delay(PAUSE_MS)
  }
}
