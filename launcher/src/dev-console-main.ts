/** The console from its sources, reloaded as they change: `dev-console-main <port> <server URL>`. */
import { join } from 'node:path'
import { createServer } from 'vite'
import { REPOSITORY } from './config.ts'

const [port = '', serverUrl = ''] = process.argv.slice(2)
const served = ['/api', '/health', '/ready', '/metrics']
const vite = await createServer({
  root: join(REPOSITORY, 'web'),
  clearScreen: false,
  logLevel: 'warn',
  server: {
    host: '127.0.0.1',
    port: Number(port),
    strictPort: true,
    proxy: {
      ...Object.fromEntries(served.map((path) => [path, { target: serverUrl }])),
      '/socket.io': { target: serverUrl, ws: true },
    },
  },
})
await vite.listen()

const stop = () => void vite.close().finally(() => process.exit(0))
process.on('SIGTERM', stop)
process.once('disconnect', stop)
process.send?.({ type: 'ready' })
