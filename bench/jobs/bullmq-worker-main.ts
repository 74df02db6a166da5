import { Worker } from 'bullmq'

// A worker that completes whatever it is given.
const { REDIS_URL = '', QUEUE_NAME = '', WORKER_CONCURRENCY } = process.env
const worker = new Worker(QUEUE_NAME, async () => {}, {
  connection: { url: REDIS_URL, maxRetriesPerRequest: null },
  concurrency: Number(WORKER_CONCURRENCY),
})
await worker.waitUntilReady()
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
process.once('disconnect', () => process.exit())
process.send?.({})
