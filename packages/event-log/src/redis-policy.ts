import type { Redis } from 'ioredis'
import type { Logger } from './logger.ts'

/** What Redis says of itself; undefined where it may not be asked. */
interface RedisSettings {
  policy: string | undefined
  appendonly: string | undefined
}

/** Redis is set up so that it throws away what must not be lost, or does not let us do our work. Nothing was started. */
export class UnsafeRedisError extends Error {
  override readonly name = 'UnsafeRedisError'
  readonly code = 'unsafe_redis'
}

/**
 * Looks at how Redis is set up, once at the start: whether it throws keys away when its memory is full, and whether it
 * keeps them over a restart. What it may not ask (`CONFIG` is off at many hosters) it says in the log and lets pass.
 *
 * @throws {UnsafeRedisError} where the user of Redis may not call `INFO`, by which a restart is known and without which BullMQ
 * does not start; in production also for any `maxmemory-policy` but `noeviction`, which elsewhere is a warning
 */
export async function requireSafeRedis(
  redis: Redis,
  { isProduction, logger }: { isProduction: boolean; logger: Logger },
): Promise<void> {
  await requireInfo(redis)
  const settings = {
    policy: await ask(redis, 'maxmemory-policy'),
    appendonly: await ask(redis, 'appendonly'),
  }
  if (settings.policy === undefined) {
    logger.info(
      {},
      'Redis does not tell its maxmemory-policy (CONFIG is not allowed). It must be noeviction.',
    )
  }
  const { refusal, warnings } = judgeRedis(settings, isProduction)
  for (const warning of warnings) logger.warn(settings, warning)
  if (refusal !== undefined) throw new UnsafeRedisError(refusal)
}

/** Decides what of a Redis's settings is a reason not to start, and what is worth a line. */
export function judgeRedis(
  { policy, appendonly }: RedisSettings,
  isProduction: boolean,
): { refusal?: string; warnings: string[] } {
  const warnings = []
  if (isProduction && appendonly === 'no') {
    warnings.push(
      'Redis keeps no append-only file: a restart of it loses the logs, so clients are told to load snapshots. Set appendonly yes.',
    )
  }
  if (policy === undefined || policy === 'noeviction') return { warnings }
  const problem =
    `Redis has maxmemory-policy "${policy}": when its memory is full it throws away events and the queue's entries. ` +
    'Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf), or use a Redis of its own.'
  return isProduction ? { refusal: problem, warnings } : { warnings: [...warnings, problem] }
}

async function requireInfo(redis: Redis): Promise<void> {
  try {
    await redis.info('server')
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error
    throw new UnsafeRedisError(
      `Redis does not let its user call INFO (${error.message}), without which a restart of it goes unnoticed. ` +
        'Allow it: ACL SETUSER <name> +info. Of the dangerous commands it is the only one that is needed.',
      { cause: error },
    )
  }
}

async function ask(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const [, value] = (await redis.config('GET', name)) as [string?, string?]
    return value
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined
    throw error
  }
}
