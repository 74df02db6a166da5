import { join } from 'node:path'
import { startPostgres, startRedis, type EmbeddedRedis, type ServiceExit } from '@headway/embedded'
import type { LauncherConfig } from './config.ts'
import { SupervisedService } from './supervised-service.ts'

/** Postgres and Redis: those of this machine where none are given. */
export interface LocalServices {
  readonly databaseUrl: string
  readonly redisUrl: string
  /** Undefined where one's own is used. */
  readonly postgres: SupervisedService | undefined
  readonly redis: SupervisedService<EmbeddedRedis> | undefined
}

/** Starts both at once. When one fails, the other is stopped again. */
export async function startLocalServices(
  { databaseUrl, redisUrl, dataDir }: Pick<LauncherConfig, 'databaseUrl' | 'redisUrl' | 'dataDir'>,
  onCrash: (name: string, exit: ServiceExit) => void,
): Promise<LocalServices> {
  const [postgres, redis] = await Promise.allSettled([
    databaseUrl === undefined
      ? SupervisedService.start(
          (port) => startPostgres({ dataDir: join(dataDir, 'postgres'), ...(port && { port }) }),
          (exit) => onCrash('Postgres', exit),
        )
      : undefined,
    redisUrl === undefined
      ? SupervisedService.start(
          (port) => startRedis({ dataDir: join(dataDir, 'redis'), ...(port && { port }) }),
          (exit) => onCrash('Redis', exit),
        )
      : undefined,
  ])
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return {
      databaseUrl: databaseUrl ?? postgres.value?.current.url ?? '',
      redisUrl: redisUrl ?? redis.value?.current.url ?? '',
      postgres: postgres.value,
      redis: redis.value,
    }
  }
  for (const started of [postgres, redis]) {
    if (started.status === 'fulfilled') await started.value?.stop({ isForced: false })
  }
  throw postgres.status === 'rejected' ? postgres.reason : (redis as PromiseRejectedResult).reason
}

/** Redis first: whoever still writes to it has Postgres as the truth. */
export async function stopLocalServices(
  services: LocalServices,
  options: { isForced: boolean },
): Promise<void> {
  await services.redis?.stop(options)
  await services.postgres?.stop(options)
}
