import { join, resolve } from 'node:path'
import { z } from 'zod'

/** The repository: what lies around this package, whether it runs from `src` or from `dist`. */
export const REPOSITORY = resolve(import.meta.dirname, '../..')

const variables = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  HOST: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  JWT_SECRET: z.string().optional(),
  JWKS_URL: z.string().optional(),
  HEADWAY_DATA_DIR: z.string().default(join(REPOSITORY, '.headway')),
  HEADWAY_EMBEDDED: z.enum(['0', '1']).optional(),
})

/** What the launcher itself needs to know; everything else in the environment passes to the programs as it is. */
export type LauncherConfig = ReturnType<typeof toConfig>

/** The environment asks for what the launcher refuses. */
class LauncherConfigError extends Error {
  override readonly name = 'LauncherConfigError'
  readonly code = 'invalid_config'
}

/**
 * Reads the environment; an empty variable counts as one that is not set.
 *
 * @throws {LauncherConfigError} also in production without a Postgres and a Redis of one's own
 */
export function parseLauncherConfig(environment: NodeJS.ProcessEnv, isDevelopment: boolean): LauncherConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`)
    throw new LauncherConfigError(`Headway can't start with this environment:\n${problems.join('\n')}`)
  }
  const missing = (['DATABASE_URL', 'REDIS_URL'] as const).filter((name) => parsed.data[name] === undefined)
  if (parsed.data.NODE_ENV === 'production' && missing.length > 0) {
    throw new LauncherConfigError(
      `NODE_ENV is production, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.\n` +
        'The Postgres and Redis that come with Headway are for trying and developing: one machine, no backups.\n' +
        'Set DATABASE_URL=postgres://… and REDIS_URL=redis://…, or leave out NODE_ENV=production.',
    )
  }
  return toConfig(parsed.data, isDevelopment)
}

function toConfig(values: z.infer<typeof variables>, isDevelopment: boolean) {
  const bringsServices = values.DATABASE_URL === undefined || values.REDIS_URL === undefined
  const isEmbedded = values.HEADWAY_EMBEDDED === undefined ? bringsServices : values.HEADWAY_EMBEDDED === '1'
  return {
    /** 0 for any free one. */
    port: values.PORT,
    /** As the server decides it: the embedded mode hands out tokens, so only this machine can reach it. */
    host: values.HOST ?? (isEmbedded ? '127.0.0.1' : undefined),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDir: resolve(values.HEADWAY_DATA_DIR),
    isEmbedded,
    isDevelopment,
    /** False in production: a secret that nobody chose would be in the way of a second machine. */
    makesJwtSecret:
      values.NODE_ENV !== 'production' && values.JWT_SECRET === undefined && values.JWKS_URL === undefined,
  }
}
