import { parseConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/create-logger.ts'
import { startWorker } from '../../../src/start-worker.ts'
import { stopGracefully } from '../../../src/stop-gracefully.ts'
import { scriptedOperations } from './scripted-operations.ts'
import { StepRuns } from './step-runs.ts'

// A worker as its own program starts it, with the scripted operations in place of the built-in ones.
const { logLevel, instanceId, eventBuffer, ...config } = parseConfig(process.env)
const logger = createLogger({ level: logLevel, instanceId })
const runs = await StepRuns.open(config.databaseUrl)
const worker = await startWorker({
  ...config,
  eventLog: eventBuffer,
  logger,
  operations: scriptedOperations(runs),
  graceMs: 300,
})
stopGracefully({ stop: () => worker.close(), logger })
process.send?.({ type: 'ready' })
