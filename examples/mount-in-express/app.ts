import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectRedis, EventLog, type Logger } from '@headway/event-log'
import { openJobs } from '@headway/jobs'
import {
  createJobRoutes,
  createPendingOrdersRouter,
  createTokenVerifier,
  initRealtimeServer,
} from '@headway/server'
import express from 'express'

export interface ExampleOptions {
  databaseUrl: string
  redisUrl: string
  jwtSecret: string
  artifactsDir: string
  port: number
  logger: Logger
}

/** An application of its own that has Headway's jobs, orders and sockets beside its routes. */
export async function startApplication(options: ExampleOptions) {
  const { databaseUrl, redisUrl, jwtSecret, artifactsDir, logger } = options
  const redis = connectRedis(redisUrl, 'publisher', { logger })
  const engine = await openJobs({ databaseUrl, redis, eventLog: new EventLog(redis), artifactsDir, logger })
  engine.relay.start()
  engine.reconciler.start()
  // What workers in other languages report; without them, one reader that waits.
  engine.reports.start()

  const app = express()
  const httpServer = createServer(app)
  const io = await initRealtimeServer(httpServer, { jwtSecret, redisUrl, engine, logger })
  const routes = { engine, verifier: createTokenVerifier({ jwtSecret }), redis, logger }
  app.use('/api', createJobRoutes({ ...routes, jobStreams: io.jobStreams }))
  app.use('/api/pending-orders', createPendingOrdersRouter(routes))

  // A route of the application: the change first, then the word to all devices of its user.
  app.post('/customers/:customerId/rename', async (request, response) => {
    const { customerId } = request.params
    response.json({ renamed: customerId })
    await io.broadcast('ada', { type: 'CUSTOMER_UPDATED', payload: { customerId } })
  })

  const url = await listen(httpServer, options.port)
  return {
    url,
    async stop() {
      await io.close()
      await engine.close()
      redis.disconnect()
    },
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
