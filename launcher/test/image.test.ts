import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findQuietPort } from '@headway/embedded'
import { createTestDatabase, signToken, startTestRedis, TEST_JWT_SECRET } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { buildImageFolder } from './image-recipe.ts'
import { RestUser } from './rest-user.ts'

/** A folder, a Redis and a database for one image, and what its programs are told. */
async function openSurroundings() {
  const parent = mkdtempSync(join(tmpdir(), 'headway-image-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const [redis, database] = await Promise.all([startTestRedis(), createTestDatabase()])
  onTestFinished(async () => void (await Promise.all([redis.stop(), database.drop()])))
  const port = await findQuietPort()
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    HEADWAY_DATA_DIR: join(parent, 'data'),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    JWT_SECRET: TEST_JWT_SECRET,
    PORT: String(port),
  }
  return { parent, env, url: `http://127.0.0.1:${port}` }
}

/** Starts a program of the image; what it says is shown where the test fails. */
function start(command: readonly string[], app: string, env: NodeJS.ProcessEnv): ChildProcess {
  const [, ...args] = command
  const child = spawn(process.execPath, args, { cwd: app, env, stdio: ['ignore', 'inherit', 'inherit'] })
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  })
  return child
}

async function stop(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM')
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

it(
  'the image that deploy/Dockerfile makes serves the console and does a job',
  { timeout: 300_000 },
  async () => {
    const { parent, env, url } = await openSurroundings()
    const { app, command } = await buildImageFolder(parent)
    const server = start(command, app, env)
    const worker = start(['node', 'workers/dist/main.js'], app, env)
    await expect
      .poll(async () => (await fetch(`${url}/ready`).catch(() => undefined))?.status, { timeout: 30_000 })
      .toBe(200)

    const page = await fetch(url)
    expect(await page.text()).toContain('<title>Headway')
    const user = new RestUser(url, () => signToken({ userId: 'ada' }))
    let jobId: string | undefined
    // Refused until a worker has told what it can do.
    await expect
      .poll(async () => (jobId = await user.start({ type: 'rehearse', steps: 2, stepMs: 1 })))
      .toBeTypeOf('string')
    await expect.poll(async () => (await user.view(jobId!)).state).toBe('completed')
    expect(await Promise.all([stop(server), stop(worker)])).toEqual([0, 0])
  },
)
