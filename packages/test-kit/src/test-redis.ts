import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@headway/embedded'

export interface TestRedis {
  readonly url: string
  stop(): Promise<void>
}

/** A Redis of its own, for a test that flushes it, stops it or cuts its connections. */
export async function startTestRedis(options: { port?: number } = {}): Promise<TestRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headway-test-redis-'))
  const redis = await startRedis({ ...options, dataDir })
  return {
    url: redis.url,
    async stop() {
      await redis.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
