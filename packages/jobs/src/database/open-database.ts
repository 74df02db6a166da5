import type { Logger } from '@headway/event-log'
import { Kysely, PostgresDialect } from 'kysely'
import { TypeOverrides, types as pgTypes } from 'pg'
import { ConnectingPool } from './connecting-pool.ts'
import type { Database } from './database.ts'
import { DeadlineClient } from './deadline-client.ts'

/** Where Postgres is, and how long it is waited for. */
export interface DatabaseOptions {
  url: string
  /** Connections at most. @default 10 */
  maxConnections?: number
  /**
   * Longest time that a statement may take, in milliseconds, waiting for locks included. As long as a lease by default: a worker
   * that can't write for longer has lost its jobs anyway. A second later a connection without an answer is given up. 0 for no limit.
   *
   * @default 15_000
   */
  queryTimeoutMs?: number
  /**
   * Longest pause within a transaction, in milliseconds. A process that froze or lost its network in one holds locks that others
   * wait for, and Postgres alone can take them back: it ends the connection.
   *
   * @default 30_000
   */
  longestPauseMs?: number
  logger: Logger
}

/** Longest wait for a connection: for a free one of the pool, and for a new one to Postgres. */
const CONNECT_TIMEOUT_MS = 5_000

const QUERY_TIMEOUT_MS = 15_000

/** Our 64-bit columns are ids and sizes below 2^53, so they are read as numbers. */
const types = new TypeOverrides()
types.setTypeParser(pgTypes.builtins.INT8, Number)

/**
 * A pool of connections to Postgres; it connects when it is first used. `destroy()` closes it. What fails because Postgres can't be
 * reached, rejects with {@link DatabaseAwayError}.
 */
export function openDatabase({
  url,
  maxConnections = 10,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
  longestPauseMs = 30_000,
  logger,
}: DatabaseOptions): Kysely<Database> {
  const pool = new ConnectingPool({
    Client: DeadlineClient,
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: longestPauseMs,
    application_name: 'headway',
    types,
  })
  // Without a listener the process would end. Who uses the connection hears of it from the next query.
  pool.on('connect', (client) => client.on('error', () => {}))
  // Postgres closed an idle connection; the pool makes another.
  pool.on('error', (error) => logger.warn({ err: error }, 'An idle Postgres connection was closed'))
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
}
