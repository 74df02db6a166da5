import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@headway/embedded'

/** Whether a Redis here keeps its data over a restart and can have replicas: the built-in one can do neither. */
export async function hasRedisServer(): Promise<boolean> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headway-chaos-probe-'))
  const redis = await startRedis({ dataDir })
  await redis.stop({ isForced: true })
  rmSync(dataDir, { recursive: true, force: true })
  return redis.keepsData
}
