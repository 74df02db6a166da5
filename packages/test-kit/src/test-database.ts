import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { services } from './services.ts'

export interface TestDatabase {
  readonly url: string
  /** Ends the connections that are still open and removes it. */
  drop(): Promise<void>
}

/**
 * A fresh, empty database.
 *
 * @param postgresUrl of a role that may create databases; the run's own Postgres unless given
 */
export async function createTestDatabase(postgresUrl = services().postgresUrl): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runAsAdmin(postgresUrl, `CREATE DATABASE ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => runAsAdmin(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function runAsAdmin(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
