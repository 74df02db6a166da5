import { UnsafeRedisError } from '@headway/event-log'
import { ArtifactStorageError, DatabaseUnreachableError } from '@headway/jobs'
import { ConfigError, parseConfig, type Config } from './config.ts'
import { createLogger } from './create-logger.ts'
import type { Operation } from './define-operation.ts'
import { ExternalOperationsError, loadExternalOperations } from './external/load-external-operations.ts'
import { loadOperations } from './load-operations.ts'
import { showMetrics } from './metrics/show-metrics.ts'
import { startWorker } from './start-worker.ts'
import { stopGracefully } from './stop-gracefully.ts'

const { logLevel, instanceId, eventBuffer, externalOperationsFile, ...config } = readConfig()
const logger = createLogger({ level: logLevel, instanceId })

// A promise that an operation, or a browser that was closed under it, has left behind: the other jobs go on.
process.on('unhandledRejection', (error) => {
  logger.error({ err: error }, 'a promise was rejected and nobody waited for it')
})
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'an error was not caught; the process ends')
  process.exit(1)
})

const operations = await readOperations()
const metrics = await showMetrics(config.metrics, logger)
const observed = {
  jobObserver: metrics?.jobs,
  browsers: { pool: { ...config.browsers.pool, observer: metrics?.browsers } },
  eventLog: { ...eventBuffer, ...(metrics && { observer: metrics.eventLog }) },
}
const worker = await startWorker({
  ...config,
  ...observed,
  operations,
  logger,
  onStuck: () => end('it takes no jobs', 1),
}).catch((error: unknown) => {
  const refusals = [UnsafeRedisError, DatabaseUnreachableError, ArtifactStorageError]
  if (error instanceof Error && refusals.some((refusal) => error instanceof refusal)) refuseToStart(error)
  throw error
})
const end = stopGracefully({ stop: () => worker.close(), logger })
process.send?.({ type: 'ready', metricsPort: metrics?.port })

function readConfig(): Config {
  try {
    return parseConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) refuseToStart(error)
    throw error
  }
}

/** The built-in operations, and those of the file that the configuration names. */
async function readOperations(): Promise<Operation[]> {
  const builtIn = await loadOperations()
  if (externalOperationsFile === undefined) return builtIn
  try {
    return [...builtIn, ...(await loadExternalOperations(externalOperationsFile, builtIn))]
  } catch (error) {
    if (error instanceof ExternalOperationsError) refuseToStart(error)
    throw error
  }
}

function refuseToStart({ message }: Error): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
