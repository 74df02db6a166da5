import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectRedis, EventLog, redisReady, requireSafeRedis, type Logger } from '@headway/event-log'
import { openJobs } from '@headway/jobs'
import { createOriginList } from './auth/origins.ts'
import { createTokenVerifier } from './auth/token-verifier.ts'
import type { Config } from './config.ts'
import { createApp } from './http/app.ts'
import { createHttpServer } from './http/http-server.ts'
import { createMetricsApp } from './http/metrics-app.ts'
import { publishedLimits } from './http/published-limits.ts'
import { observeDeployment } from './metrics/deployment-metrics.ts'
import { createServerMetrics } from './metrics/server-metrics.ts'
import { initRealtimeServer } from './realtime/init-realtime-server.ts'
import { SnapshotReads } from './snapshot-reads.ts'

export interface OpenServer {
  /** Where it listens, with the real port where 0 was asked for. */
  readonly url: string
  /** Where `/metrics` is, if it has a port of its own. */
  readonly metricsUrl: string | undefined
  /** Lets go of every client and of everything that was opened. */
  stop(): Promise<void>
}

/**
 * Builds the whole server from its configuration and lets it listen: REST, sockets and the console on one port.
 *
 * @throws {UnsafeRedisError} for a Redis that must not be used in production
 * @throws Error if Postgres or Redis can't be reached, or the port is taken
 */
export async function openServer(config: Config, logger: Logger): Promise<OpenServer> {
  const opened: (() => unknown)[] = []
  const stop = async () => {
    for (const close of opened.splice(0).toReversed()) await close()
  }
  try {
    return { ...(await build(config, logger, opened)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Adds to `opened` how to close each part, as soon as it is there. */
async function build(
  config: Config,
  logger: Logger,
  opened: (() => unknown)[],
): Promise<Omit<OpenServer, 'stop'>> {
  const { redisUrl, databaseUrl, artifactsDir, instanceId, transports, tokens } = config
  const verifier = createTokenVerifier(tokens)
  const origins = createOriginList(config.corsOrigins)
  const redis = connectRedis(redisUrl, 'publisher', { logger })
  opened.push(() => redis.disconnect())
  await redisReady(redis)
  await requireSafeRedis(redis, { isProduction: config.isProduction, logger })
  const { isPublic, port: metricsPort, token } = config.metrics
  const metrics = isPublic || metricsPort !== undefined ? createServerMetrics() : undefined
  const eventLog = new EventLog(redis, { ...config.eventBuffer, observer: metrics?.eventLog })
  const { sweepIntervalMs, queryTimeoutMs } = config
  const { artifactsBucket, artifactLimits } = config
  const stores = { databaseUrl, redis, eventLog, artifactsDir, artifactsBucket, artifactLimits }
  const engine = await openJobs({
    ...stores,
    logger,
    sweepIntervalMs,
    queryTimeoutMs,
    relayObserver: metrics?.relay,
    reportObserver: metrics?.reports,
  })
  opened.push(() => engine.close())

  const snapshotReads = new SnapshotReads()
  if (metrics) observeDeployment(metrics.registry, { engine, snapshotReads })
  let isDraining = false
  // Nobody asks before it listens, and then there is an application.
  const httpServer = createHttpServer((request, response) => app(request, response))
  const parts = {
    engine,
    verifier,
    origins,
    eventLog,
    redisUrl,
    logger,
    transports,
    instanceId,
    snapshotReads,
    observer: metrics?.realtime,
  }
  const { headCheckMs, pingIntervalMs, pingTimeoutMs, drainMs } = config
  const intervals = { headCheckMs, pingIntervalMs, pingTimeoutMs, drainMs }
  const io = await initRealtimeServer(httpServer, { ...parts, ...intervals })
  opened.push(() => {
    isDraining = true
    // Closes the HTTP server as well.
    return io.close()
  })
  const app = createApp({
    engine,
    verifier,
    origins,
    logger,
    redis,
    jobLimits: config.jobLimits,
    uploadLimits: config.uploadLimits,
    limits: publishedLimits({
      eventBuffer: config.eventBuffer,
      artifacts: artifactLimits,
      jobs: config.jobLimits,
      uploads: config.uploadLimits,
      retention: config.retention,
      sockets: config,
    }),
    webDir: config.webDir,
    devToken: config.isEmbedded && tokens.jwtSecret ? { ...tokens, jwtSecret: tokens.jwtSecret } : undefined,
    snapshotReads,
    jobStreams: io.jobStreams,
    metrics: metrics && isPublic ? { registry: metrics.registry, token } : undefined,
    isDraining: () => isDraining,
  })
  engine.relay.start()
  engine.reconciler.start()
  engine.reports.start()
  const url = await listen(httpServer, config)
  if (!metrics || metricsPort === undefined) return { url, metricsUrl: undefined }
  const metricsServer = createHttpServer(createMetricsApp({ registry: metrics.registry, token, logger }))
  opened.unshift(() => metricsServer.close().closeAllConnections())
  const metricsOrigin = await listen(metricsServer, { port: metricsPort, host: config.host })
  return { url, metricsUrl: `${metricsOrigin}/metrics` }
}

async function listen(server: Server, { port, host }: Pick<Config, 'port' | 'host'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  return `http://${host ?? 'localhost'}:${actual}`
}
