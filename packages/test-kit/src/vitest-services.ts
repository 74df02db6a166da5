import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData, startPostgres, startRedis } from '@headway/embedded'
import type { TestProject } from 'vitest/node'
import type { TestServices } from './services.ts'

/** What one vitest process started, and for how many of its projects. */
interface SharedServices {
  users: number
  readonly started: Promise<StartedServices>
}

interface StartedServices extends TestServices {
  readonly stop: () => Promise<void>
}

/** Projects load this file apart from each other; the process is what they share. */
const shared = globalThis as { headwayTestServices?: SharedServices }

/** Vitest's global setup: one Postgres and one Redis per vitest process, in a folder that goes with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const current = (shared.headwayTestServices ??= { users: 0, started: startServices() })
  current.users += 1
  const { redisUrl, postgresUrl, stop } = await current.started
  project.provide('services', { redisUrl, postgresUrl })
  return async () => {
    current.users -= 1
    if (current.users > 0) return
    delete shared.headwayTestServices
    await stop()
  }
}

async function startServices(): Promise<StartedServices> {
  const folder = mkdtempSync(join(tmpdir(), 'headway-test-'))
  // Under root, Postgres runs as another user.
  chmodSync(folder, 0o711)
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'postgres'), isDurable: false }),
    startRedis({ dataDir: join(folder, 'redis') }),
  ])
  return {
    redisUrl: redis.url,
    postgresUrl: postgres.url,
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()])
      removePostgresData(join(folder, 'postgres'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
