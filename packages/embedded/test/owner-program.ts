/** Owns a Postgres and a Redis, and has one child that needs them; tells where they are and then waits to be killed. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres, startRedis } from '@headway/embedded'

const folder = process.argv[2] ?? ''
const [postgres, redis] = await Promise.all([
  startPostgres({ dataDir: join(folder, 'postgres') }),
  startRedis({ dataDir: join(folder, 'redis') }),
])
const user = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' })
for (const service of [postgres, redis]) service.outlive([user.pid ?? 0])
process.send?.({ postgresUrl: postgres.url, redisUrl: redis.url, userPid: user.pid })
setInterval(() => {}, 1_000)
