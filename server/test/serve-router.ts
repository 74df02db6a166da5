import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { onTestFinished } from 'vitest'

/** An application of its own that has handlers at `/pending-orders`, until the test ends. Answers where they are. */
export async function serveRouter(...handlers: RequestHandler[]): Promise<string> {
  const server = express()
    .use('/pending-orders', ...handlers)
    .listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/pending-orders`
}
