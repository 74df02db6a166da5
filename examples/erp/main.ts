import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createErp } from './create-erp.ts'

// The ERP as a program: everything it can be told is in the README beside it.
const { env } = process
const { app } = createErp({
  user: env['ERP_USER'] ?? 'desk',
  password: env['ERP_PASSWORD'] ?? 'desk',
  delayMs: Number(env['ERP_DELAY_MS'] ?? 150),
  failureRate: Number(env['ERP_FAILURE_RATE'] ?? 0),
  ...(env['ERP_FILE'] && { file: env['ERP_FILE'] }),
})
const server = createServer(app)
server.listen(Number(env['ERP_PORT'] ?? 4100), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.stdout.write(`The ERP is at ${url}\n`)
  process.send?.({ type: 'ready', url })
})
for (const reason of ['SIGTERM', 'SIGINT', 'disconnect']) {
  process.once(reason, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
