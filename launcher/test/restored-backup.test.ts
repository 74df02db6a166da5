import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createTestDatabase,
  signToken,
  startDeployment,
  startTestRedis,
  uniqueUserId,
  type Deployment,
  type TestDatabase,
} from '@headway/test-kit'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { io } from 'socket.io-client'
import { expect, it, onTestFinished } from 'vitest'
import { RestUser } from './rest-user.ts'

const PROGRAMS = {
  server: new URL('../../server/src/main.ts', import.meta.url),
  worker: new URL('../../workers/src/main.ts', import.meta.url),
}

async function deploy(env: Record<string, string>): Promise<Deployment> {
  const deployment = await startDeployment({ programs: PROGRAMS, env })
  onTestFinished(() => deployment.stop())
  return deployment
}

/** As when the machine loses its power. */
async function cutPower({ server, worker }: Deployment): Promise<void> {
  const exits = [server, worker].map((program) => once(program, 'exit'))
  for (const program of [server, worker]) program.kill('SIGKILL')
  await Promise.all(exits)
}

/** A copy of a database that nobody uses. */
async function copyOf(database: TestDatabase): Promise<TestDatabase> {
  const copy = await createTestDatabase()
  const admin = new URL(database.url)
  admin.pathname = '/postgres'
  const client = new Client({ connectionString: admin.href })
  await client.connect()
  await client.query(`DROP DATABASE ${nameOf(copy)}`)
  await client.query(`CREATE DATABASE ${nameOf(copy)} TEMPLATE ${nameOf(database)}`)
  await client.end()
  onTestFinished(() => copy.drop())
  return copy
}

function nameOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1)
}

/** What a client hears that comes back with its cursors: up to `ready`. */
async function comeBack(url: string, token: string, cursors: Record<string, number>) {
  const resyncs: unknown[] = []
  const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token, cursors } })
  onTestFinished(() => void socket.disconnect())
  socket.on('resync', (resync) => resyncs.push(resync))
  const ready = await new Promise<{ channels: Record<string, number> }>((resolve) =>
    socket.once('ready', resolve),
  )
  return { channels: ready.channels, resyncs }
}

it(
  'a backup is restored as docs/operations.md says: jobs go on, and clients hear of the loss',
  { timeout: 120_000 },
  async () => {
    const [redis, database] = await Promise.all([startTestRedis(), createTestDatabase()])
    const dataDir = mkdtempSync(join(tmpdir(), 'headway-backup-'))
    onTestFinished(async () => {
      await Promise.all([redis.stop(), database.drop()])
      rmSync(dataDir, { recursive: true, force: true })
    })
    const settings = { REDIS_URL: redis.url, HEADWAY_DATA_DIR: dataDir }
    const userId = uniqueUserId()
    const getToken = () => signToken({ userId })

    const before = await deploy({ ...settings, DATABASE_URL: database.url })
    const user = new RestUser(before.url, getToken)
    const running = (await user.start({ type: 'rehearse', steps: 12, stepMs: 250 }))!
    await expect.poll(async () => (await user.completedSteps(running)).length).toBeGreaterThan(2)
    const kept = await user.completedSteps(running)
    await cutPower(before)
    const backup = await copyOf(database)

    const meanwhile = await deploy({ ...settings, DATABASE_URL: database.url })
    const lost = (await new RestUser(meanwhile.url, getToken).start({
      type: 'rehearse',
      steps: 1,
      stepMs: 1,
    }))!
    const { channels } = await comeBack(meanwhile.url, await getToken(), {})
    await meanwhile.stop()

    const admin = new Redis(redis.url)
    await admin.flushdb()
    await admin.quit()
    const after = await deploy({ ...settings, DATABASE_URL: backup.url })
    const sameUser = new RestUser(after.url, getToken)
    const { resyncs } = await comeBack(after.url, await getToken(), channels)
    expect(resyncs).toContainEqual(expect.objectContaining({ channel: `user:${userId}`, reason: 'lost' }))
    expect(await sameUser.view(lost)).toMatchObject({ code: 'not_found' })
    // The lease of the worker that was killed ends after 15 s.
    await expect.poll(async () => (await sameUser.view(running)).state, { timeout: 60_000 }).toBe('completed')
    const { steps } = await sameUser.view(running)
    expect(steps?.slice(0, kept.length)).toEqual(kept)
  },
)
