import { join, resolve } from 'node:path'
import { z } from 'zod'

/** The repository: what lies around this package, whether it runs from `src` or from `dist`. */
export const REPOSITORY = resolve(import.meta.dirname, '../..')

const variables = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.string().default('3000').transform(toPort),
  HOST: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  JWT_SECRET: z.string().optional(),
  JWKS_URL: z.string().optional(),
  HEADWAY_DATA_DIR: z.string().default(join(REPOSITORY, '.headway')),
  HEADWAY_EMBEDDED: z.enum(['0', '1']).optional(),
  HEADWAY_INSTANCES: z.string().default('1').transform(toInstances),
  HEADWAY_BALANCER: z.enum(['nginx', 'node']).optional(),
})

const MAX_PORT = 65_535

/** Each instance may hold 10 connections to Postgres, and the embedded one takes 200. */
const MAX_INSTANCES = 16

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
    /** How many server processes; from 2 on behind a balancer. */
    instances: values.HEADWAY_INSTANCES,
    /** Undefined for nginx where it is there, else our own. */
    balancer: values.HEADWAY_BALANCER,
    isEmbedded,
    isDevelopment,
    /** False in production: a secret that nobody chose would be in the way of a second machine. */
    makesJwtSecret:
      values.NODE_ENV !== 'production' && values.JWT_SECRET === undefined && values.JWKS_URL === undefined,
  }
}

function toPort(text: string, context: z.RefinementCtx): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= MAX_PORT) return port
  const message = `"${text}" is not a port. Set it to a whole number from 0 (any free one) to ${MAX_PORT}, like PORT=3000.`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

function toInstances(text: string, context: z.RefinementCtx): number {
  const instances = /^\d+$/.test(text) ? Number(text) : 0
  if (instances >= 1 && instances <= MAX_INSTANCES) return instances
  const message = `"${text}" is not a number of server processes. Set it to a whole number from 1 to ${MAX_INSTANCES}, like HEADWAY_INSTANCES=3.`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}
