import { UnsafeRedisError } from '@headway/event-log'
import { ArtifactStorageError, DatabaseUnreachableError } from '@headway/jobs'
import { ConfigError, parseConfig, type Config } from './config.ts'
import { stopGracefully } from './graceful-stop.ts'
import { createLogger } from './logger.ts'
import { openServer } from './open-server.ts'

const config = readConfig()
const logger = createLogger({ level: config.logLevel, instanceId: config.instanceId })

process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'An error was not caught; the process ends')
  process.exit(1)
})

const server = await openServer(config, logger).catch((error: unknown) => {
  const refusals = [UnsafeRedisError, DatabaseUnreachableError, ArtifactStorageError]
  if (error instanceof Error && refusals.some((refusal) => error instanceof refusal)) refuseToStart(error)
  throw error
})
stopGracefully({ stop: () => server.stop(), drainMs: config.drainMs, logger })
logger.info({ url: server.url, metricsUrl: server.metricsUrl }, 'The server listens')
process.send?.({ type: 'ready', url: server.url })

function readConfig(): Config {
  try {
    return parseConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) refuseToStart(error)
    throw error
  }
}

function refuseToStart({ message }: Error): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
