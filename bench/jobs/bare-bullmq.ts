import { randomUUID } from 'node:crypto'
import { Queue, QueueEvents } from 'bullmq'
import type { Contestant } from './contestant.ts'
import { startProgram } from './program.ts'

/** BullMQ and nothing else: an entry is added, a worker completes it, and the queue's own events tell of its end. */
export const bareBullMq: Contestant = {
  async start({ redisUrl, concurrency }) {
    const name = `bench-${randomUUID()}`
    const connection = { url: redisUrl, maxRetriesPerRequest: null }
    const worker = await startProgram(new URL('./bullmq-worker-main.ts', import.meta.url), {
      REDIS_URL: redisUrl,
      QUEUE_NAME: name,
      WORKER_CONCURRENCY: String(concurrency),
    })
    const queue = new Queue(name, { connection })
    // From the first event on: with the default, those before its first read are lost.
    const events = new QueueEvents(name, { connection, lastEventId: '0' })
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()])
    const waiting = new Map<string, () => void>()
    events.on('completed', ({ jobId }) => {
      waiting.get(jobId)?.()
      waiting.delete(jobId)
    })
    return {
      async runJob() {
        const jobId = randomUUID()
        const end = new Promise<void>((resolve) => waiting.set(jobId, resolve))
        await queue.add('noop', {}, { jobId, removeOnComplete: true, removeOnFail: true })
        await end
      },
      async stop() {
        await worker.stop()
        await events.close()
        await queue.obliterate({ force: true })
        await queue.close()
      },
    }
  },
}
