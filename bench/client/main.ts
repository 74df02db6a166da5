import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData, startPostgres, startRedis } from '@headway/embedded'
import { measureFrames } from './measure-frames.ts'
import { measureLatency } from './measure-latency.ts'
import { measureMemory } from './measure-memory.ts'
import { Stage } from './stage.ts'

/**
 * What Headway costs a page in a real Chromium: memory of a job's history, smoothness and main thread under a flood, and the time from
 * a call in a worker to React's commit. The number of rounds is the argument; what counts is the best of them, the others show
 * what else the machine did.
 */
const ROUNDS = Number(process.argv[2] ?? 3)

const folder = mkdtempSync(join(tmpdir(), 'headway-bench-'))
// Under root, Postgres runs as another user.
chmodSync(folder, 0o711)
const postgresDir = join(folder, 'postgres')
const redis = await startRedis({ dataDir: join(folder, 'redis') })
const postgres = await startPostgres({ dataDir: postgresDir })
try {
  const stage = await Stage.open({ redisUrl: redis.url, postgresUrl: postgres.url })
  try {
    console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`)
    await measureMemory(stage)
    await measureLatency(stage)
    for (let round = 1; round <= ROUNDS; round += 1) await measureFrames(stage, round)
  } finally {
    await stage.close()
  }
} finally {
  await postgres.stop()
  await redis.stop()
  removePostgresData(postgresDir)
  rmSync(folder, { recursive: true, force: true })
}
