import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { EmbeddedServiceError } from './errors.ts'
import { findFreePort } from './free-port.ts'
import { GuardedService, type EmbeddedService } from './guarded-service.ts'
import { endLeftoverService } from './leftover-service.ts'
import { postgresHome } from './postgres-binaries.ts'
import { openPostgresCluster, POSTGRES_ROLE, type PostgresCluster } from './postgres-cluster.ts'
import { removeDeadLockFile } from './postgres-lock-file.ts'
import { unprivilegedUser, type UnprivilegedUser } from './unprivileged-user.ts'

export interface PostgresOptions {
  /** Folder of the data, the password, the log. Made when missing; a later start finds its data there. */
  readonly dataDir: string
  /** @default a free one */
  readonly port?: number
  /**
   * False trades the safety of the data for speed: a crash of the machine may lose it all. For tests.
   *
   * @default true
   */
  readonly isDurable?: boolean
}

/** A Postgres of this machine, on 127.0.0.1, for as long as the process lives that started it. Its role is a superuser. */
export type EmbeddedPostgres = EmbeddedService

const DATABASE = 'headway'
const START_TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 2_000
/** Somebody may take a free port in the moment before Postgres does. */
const MAX_PORT_TRIES = 5

/** Small, quick to start, no socket files, nothing in the background that one machine does not need. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
}

const FAST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }

/** Fast shutdown: connections are ended, all is written. Then immediate: the next start replays its log. */
const STOP_SIGNALS = [
  { signal: 'SIGINT', waitMs: 8_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
] as const

/**
 * Runs Postgres on the data in `dataDir`; ready for connections when it resolves. Data outlives stops and crashes.
 *
 * @throws EmbeddedServiceError when this platform has none, when the data is in use, when it can't start
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, isDurable = true } = options
  mkdirSync(dataDir, { recursive: true })
  const user = unprivilegedUser()
  const home = postgresHome(user)
  const recordFile = join(dataDir, 'running.json')
  await endLeftoverService('Postgres', recordFile)
  const cluster = await openPostgresCluster({ dataDir, home, user, isDurable })
  removeDeadLockFile(cluster.folder)

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const service = await runPostgres({ ...options, isDurable, home, user, cluster, port, recordFile })
    const url = `postgres://${POSTGRES_ROLE}:${cluster.password}@127.0.0.1:${port}/`
    const isReady = await untilReady(`${url}postgres`, service)
    if (isReady) {
      return {
        url: url + DATABASE,
        port,
        exited: service.exited,
        outlive: (pids) => service.outlive(pids),
        stop: (stopOptions) => service.stop(stopOptions),
      }
    }
    await service.stop()
    const tail = service.logTail()
    const isPortTaken = tail.includes('Address already in use')
    if (isPortTaken && options.port === undefined && attempt < MAX_PORT_TRIES) continue
    throw startError(port, isPortTaken, tail)
  }
}

function runPostgres(start: {
  dataDir: string
  isDurable: boolean
  home: string
  user: UnprivilegedUser | undefined
  cluster: PostgresCluster
  port: number
  recordFile: string
}): Promise<GuardedService> {
  const settings = { ...SETTINGS, ...(start.isDurable ? {} : FAST_SETTINGS), port: String(start.port) }
  return GuardedService.start({
    name: 'Postgres',
    command: join(start.home, 'bin', 'postgres'),
    args: [
      '-D',
      start.cluster.folder,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: start.cluster.folder,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    user: start.user,
    stopSignals: STOP_SIGNALS,
    logFile: join(start.dataDir, 'postgres.log'),
    recordFile: start.recordFile,
  })
}

/** False when the service ended, or did not answer in time. */
async function untilReady(adminUrl: string, service: GuardedService): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!service.hasExited && performance.now() < deadline) {
    // Whoever else listens on that port may let us wait; the service then ends by itself.
    const isReady = await Promise.race([ensureDatabase(adminUrl), service.exited.then(() => false)])
    if (isReady) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}

/** True when Postgres answers and has the database that Headway uses. */
async function ensureDatabase(adminUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  // A connection that breaks while it is set up says so a second time, as an event.
  client.on('error', () => {})
  try {
    await client.connect()
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

function startError(port: number, isPortTaken: boolean, logTail: string): EmbeddedServiceError {
  if (isPortTaken) {
    return new EmbeddedServiceError(
      `Port ${port} is taken by another program: Postgres can't listen there.`,
      'port_taken',
    )
  }
  return new EmbeddedServiceError(
    `Postgres did not start. The end of its log:\n${logTail}\nSet DATABASE_URL to use a Postgres of your own instead.`,
    'start_failed',
  )
}
