import { setTimeout as delay } from 'node:timers/promises'
import { createLogger } from '@headway/server'
import { defineOperation, startWorker } from '@headway/workers'
import { z } from 'zod'

// A worker of Headway with one operation, which sends messages at a pace.
const { DATABASE_URL = '', REDIS_URL = '', ARTIFACTS_DIR = '', WORKER_CONCURRENCY } = process.env

/** What comes beside the progress, so often per second: a text chunk of some words, a step with its three messages. */
const CHUNKS_PER_SECOND = 5
const WORDS = 'Every event names its predecessor, so that a gap is noticed and filled.\n'

const emit = defineOperation({
  type: 'emit',
  description:
    'Sends messages until it is cancelled: progress, text and steps, or so many steps and no more.',
  input: z.object({
    progressPerSecond: z.int().min(1).max(1_000),
    /** With text and steps beside the progress. */
    isMixed: z.boolean(),
    /** Does so many steps as fast as it can, and ends. */
    steps: z.int().min(0).default(0),
  }),
  timeoutMs: 600_000,
  async run(ctx) {
    const { input, signal } = ctx
    // A page is sent what comes once it is there.
    if (input.steps > 0) await delay(3_000, undefined, { signal })
    for (let n = 0; n < input.steps; n += 1) await ctx.step(`step ${n}`, () => null)
    if (input.steps > 0) return null
    // Not all jobs at the same moment.
    await delay(Math.random() * 1_000, undefined, { signal })
    const lanes = [
      everySecond(input.progressPerSecond, signal, (n) => {
        // When it was sent is in the label, by this machine's clock.
        void ctx.progress(n % 100, String(performance.timeOrigin + performance.now()))
      }),
    ]
    if (input.isMixed) {
      lanes.push(everySecond(CHUNKS_PER_SECOND, signal, () => void ctx.chunk(WORDS)))
      lanes.push(everySecond(1, signal, (n) => void ctx.step(`step ${n}`, () => null).catch(() => {})))
    }
    await Promise.all(lanes)
    return null
  },
})

/** Calls so often per second, on average, until it is aborted, with which throws. */
async function everySecond(times: number, signal: AbortSignal, call: (n: number) => void): Promise<never> {
  const startedAt = performance.now()
  for (let n = 0; ; n += 1) {
    await delay(Math.max(0, startedAt + (n * 1_000) / times - performance.now()), undefined, { signal })
    call(n)
  }
}

const worker = await startWorker({
  databaseUrl: DATABASE_URL,
  redisUrl: REDIS_URL,
  artifactsDir: ARTIFACTS_DIR,
  concurrency: Number(WORKER_CONCURRENCY),
  operations: [emit],
  logger: createLogger({ level: 'error', instanceId: 'bench' }),
})
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
process.once('disconnect', () => process.exit())
process.send?.({})
