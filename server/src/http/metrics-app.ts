import type { Logger } from '@headway/event-log'
import express, { type Express } from 'express'
import { metrics, type MetricsOptions } from './metrics.ts'
import { methodNotAllowed, problemHandler, routeNotFound } from './problem-handler.ts'
import { assignRequestId } from './request-id.ts'

/** What answers on a port of its own, for scrapers alone. */
export function createMetricsApp({ logger, ...options }: MetricsOptions & { logger: Logger }): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(assignRequestId)
  app.route('/metrics').get(metrics(options)).all(methodNotAllowed('GET'))
  app.use(routeNotFound, problemHandler(logger))
  return app
}
