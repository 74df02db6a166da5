import { createLogger } from '@headway/server'
import { defineOperation, startWorker } from '@headway/workers'
import { z } from 'zod'

// A worker of Headway with one operation, which does nothing.
const { DATABASE_URL = '', REDIS_URL = '', ARTIFACTS_DIR = '', WORKER_CONCURRENCY } = process.env
const noop = defineOperation({
  type: 'noop',
  description: 'Does nothing.',
  input: z.object({}),
  timeoutMs: 60_000,
  run: async () => null,
})
const worker = await startWorker({
  databaseUrl: DATABASE_URL,
  redisUrl: REDIS_URL,
  artifactsDir: ARTIFACTS_DIR,
  concurrency: Number(WORKER_CONCURRENCY),
  operations: [noop],
  logger: createLogger({ level: 'warn', instanceId: 'bench' }),
})
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
process.once('disconnect', () => process.exit())
process.send?.({})
