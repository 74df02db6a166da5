import { setTimeout as delay } from 'node:timers/promises'
import type { OperationContext } from '../../../src/operation-context.ts'

/** What must show nowhere. */
export const ZOMBIE = 'zombie'

const ROUNDS = 10
const PAUSE_MS = 100

/** Tries every way of writing at once, again and again: before the attempt learns that it has lost its job, and after. */
export async function writeEverything(
  ctx: Pick<OperationContext, 'chunk' | 'progress' | 'artifact' | 'step'>,
  refused: (error: Error) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ends = await Promise.allSettled([
      ctx.chunk(`${ZOMBIE} ${round}`),
      ctx.progress(99, ZOMBIE),
      ctx.artifact(`${ZOMBIE}.txt`, ZOMBIE, 'text/plain'),
      ctx.step(`${ZOMBIE}-${round}`, () => ZOMBIE),
    ])
    for (const end of ends) if (end.status === 'rejected') await refused(end.reason as Error)
    await delay(PAUSE_MS)
  }
}
