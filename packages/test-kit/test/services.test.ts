import { Redis } from 'ioredis'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { createTestDatabase, services, startTestRedis } from '@headway/test-kit'

it('shares one Redis among the tests of a run', async () => {
  const redis = new Redis(services().redisUrl)
  expect(await redis.ping()).toBe('PONG')
  await redis.quit()
})

it('gives each test a database of its own, and takes it back with open connections', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const client = new Client({ connectionString: first.url })
  client.on('error', () => {})
  await client.connect()
  await client.query('CREATE TABLE only_here (id int)')

  const other = new Client({ connectionString: second.url })
  await other.connect()
  const tables = await other.query("SELECT 1 FROM pg_tables WHERE tablename = 'only_here'")
  expect(tables.rowCount).toBe(0)
  await other.end()

  await Promise.all([first.drop(), second.drop()])
  await client.end().catch(() => {})
})

it('starts a Redis that a test may stop, and start again on the same port', async () => {
  const first = await startTestRedis()
  await first.stop()
  const port = Number(new URL(first.url).port)
  const second = await startTestRedis({ port })
  expect(second.url).toBe(first.url)
  await second.stop()
})
