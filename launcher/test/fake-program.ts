/**
 * Stands in for server and worker, with their manners: ready by IPC, a stop on SIGTERM or when the launcher is gone. As it
 * stops it puts its work back: that it reached Postgres then is noted in `stops.log` of the data folder.
 *
 *     fake-program <name> [--stubborn] [--broken]
 */
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Client } from 'pg'

const [name = '', ...options] = process.argv.slice(2)
const dataDir = process.env['HEADWAY_DATA_DIR'] ?? ''

if (options.includes('--broken')) throw new Error('This program can not start.')

const STARTING_UP = '57P03'

/** `put back`, or why not. A Postgres that is just being started again is there, and is waited for. */
async function reachPostgres(): Promise<string> {
  const client = new Client({ connectionString: process.env['DATABASE_URL'] })
  try {
    await client.connect()
    return 'put back'
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code !== STARTING_UP) return message
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  return reachPostgres()
}

async function stop(): Promise<void> {
  if (options.includes('--stubborn')) return
  // Work that takes a moment, with a connection that is opened only now.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const outcome = await reachPostgres()
  appendFileSync(join(dataDir, 'stops.log'), `${name} ${outcome}\n`)
  process.exit(0)
}

process.once('SIGTERM', () => void stop())
process.once('disconnect', () => void stop())
// As a worker's watchdog does.
process.once('SIGUSR2', () => process.exit(1))

const port = name === 'server' ? Number(process.env['PORT']) : 0
createServer((_request, response) => response.end('ready')).listen(port, '127.0.0.1', () => {
  console.log(JSON.stringify({ level: 40, msg: `${name} listens`, pid: process.pid }))
  process.send?.({ type: 'ready' })
})
