import type { Logger } from '@headway/event-log'
import { MetricsServer, type MetricsServerOptions } from './metrics-server.ts'
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts'

/** Where the metrics of a worker are shown. */
export type MetricsPlace = Omit<MetricsServerOptions, 'registry' | 'logger'>

export interface ShownMetrics extends Pick<WorkerMetrics, 'jobs' | 'browsers' | 'eventLog'> {
  readonly port: number
  close(): Promise<void>
}

/** Counts what a worker does and shows it; nothing is counted where there is no place to show it. */
export async function showMetrics(
  place: MetricsPlace | undefined,
  logger: Logger,
): Promise<ShownMetrics | undefined> {
  if (!place) return undefined
  const { registry, ...observers } = createWorkerMetrics()
  const server = await MetricsServer.listen({ ...place, registry, logger })
  logger.info({ port: server.port }, 'metrics are shown')
  return { ...observers, port: server.port, close: () => server.close() }
}
