import { startWorker, type WorkerOptions } from '../../src/start-worker.ts'
import { visitPage } from './visit-page.ts'
import { testLogger } from './test-logger.ts'

/** What a test asks of this process. */
export type BrowserWorkerRequest = 'memory' | 'close'

/** Memory of the process after a garbage collection. */
export interface BrowserWorkerMemory {
  rssMb: number
  heapMb: number
}

// A worker in a process of its own, so that its memory is nobody else's.
const options = JSON.parse(process.env['WORKER_OPTIONS'] ?? '') as Omit<
  WorkerOptions,
  'logger' | 'operations'
>
const worker = await startWorker({ ...options, operations: [visitPage], logger: testLogger })

process.on('message', (request: BrowserWorkerRequest) => {
  if (request === 'memory') {
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    process.send?.({ rssMb: rss / 1_048_576, heapMb: heapUsed / 1_048_576 } satisfies BrowserWorkerMemory)
    return
  }
  void worker.close().then(() => process.disconnect())
})
process.send?.('ready')
