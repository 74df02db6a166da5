import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EVENT_BUFFER_MAX_AGE_MS, EVENT_BUFFER_MAX_BYTES, EVENT_BUFFER_MAX_SIZE } from '@headway/events'
import {
  artifactVariables,
  checkArtifactVariables,
  DEFAULT_RETENTION,
  toArtifactSettings,
} from '@headway/jobs'
import { z } from 'zod'
import { jwtSecretProblem } from './auth/jwt-secret.ts'
import { parseOrigin } from './auth/origins.ts'
import { DEFAULT_JOB_LIMITS } from './http/job-limits.ts'
import { DEFAULT_UPLOAD_LIMITS } from './http/uploads/upload-limits.ts'
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from './realtime/init-realtime-server.ts'
import { DRAIN_MS } from './realtime/drain.ts'
import { HEAD_CHECK_MS } from './realtime/subscriber-watch.ts'
import { flag, listOf, oneOf, setting, splitList, url, wholeNumber } from './setting.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const { jobsPerMinute, maxUnfinishedJobs } = DEFAULT_JOB_LIMITS
const { maxAgeDays, maxJobsPerUser } = DEFAULT_RETENTION
const EMBEDDED_DRAIN_MS = 1_000
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/
const NEW_SECRET = '"$(openssl rand -base64 48)"'

const shape = z.object({
  ...artifactVariables,
  NODE_ENV: z.string().optional(),
  PORT: wholeNumber(0, 65_535, 3_000).default(3_000),
  HOST: z.string().optional(),
  DATABASE_URL: url(['postgres', 'postgresql'], 'postgres://user:password@localhost:5432/headway'),
  REDIS_URL: url(['redis', 'rediss'], 'redis://localhost:6379'),
  JWT_SECRET: jwtSecret().optional(),
  JWKS_URL: url(['https', 'http'], 'https://id.example.com/.well-known/jwks.json').optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  CORS_ORIGINS: origins().default([]),
  EVENT_BUFFER_MAX_SIZE: wholeNumber(1, 100_000, EVENT_BUFFER_MAX_SIZE).default(EVENT_BUFFER_MAX_SIZE),
  EVENT_BUFFER_MAX_AGE_MS: wholeNumber(1_000, 604_800_000, EVENT_BUFFER_MAX_AGE_MS).default(
    EVENT_BUFFER_MAX_AGE_MS,
  ),
  EVENT_BUFFER_MAX_BYTES: wholeNumber(65_536, 67_108_864, EVENT_BUFFER_MAX_BYTES).default(
    EVENT_BUFFER_MAX_BYTES,
  ),
  HEADWAY_DATA_DIR: z.string().default('.headway'),
  HEADWAY_WEB_DIR: z.string().default(fileURLToPath(new URL('../../web/dist', import.meta.url))),
  HEADWAY_EMBEDDED: flag().default(false),
  HEADWAY_INSTANCE_ID: z.string().optional(),
  HEADWAY_HEAD_CHECK_MS: wholeNumber(100, 600_000, HEAD_CHECK_MS).default(HEAD_CHECK_MS),
  HEADWAY_PING_INTERVAL_MS: wholeNumber(100, 600_000, PING_INTERVAL_MS).default(PING_INTERVAL_MS),
  HEADWAY_PING_TIMEOUT_MS: wholeNumber(100, 600_000, PING_TIMEOUT_MS).default(PING_TIMEOUT_MS),
  HEADWAY_DRAIN_MS: wholeNumber(0, 600_000, DRAIN_MS).optional(),
  HEADWAY_OUTBOX_SWEEP_MS: wholeNumber(10, 600_000, 2_000).default(2_000),
  DATABASE_QUERY_TIMEOUT_MS: wholeNumber(1_000, 600_000, 15_000).default(15_000),
  RETENTION_MAX_AGE_DAYS: wholeNumber(1, 36_500, maxAgeDays).default(maxAgeDays),
  RETENTION_MAX_JOBS_PER_USER: wholeNumber(1, 10_000_000, maxJobsPerUser).default(maxJobsPerUser),
  JOBS_PER_MINUTE: wholeNumber(1, 1_000_000, jobsPerMinute).default(jobsPerMinute),
  MAX_UNFINISHED_JOBS: wholeNumber(1, 1_000_000, maxUnfinishedJobs).default(maxUnfinishedJobs),
  UPLOAD_MAX_BYTES: wholeNumber(1, 5_368_709_120, DEFAULT_UPLOAD_LIMITS.maxBytes).default(
    DEFAULT_UPLOAD_LIMITS.maxBytes,
  ),
  METRICS_PORT: wholeNumber(0, 65_535, 9_464).optional(),
  METRICS_TOKEN: metricsToken().optional(),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info').default('info'),
  SOCKET_TRANSPORTS: listOf(['websocket', 'polling'], 'websocket').default(['websocket']),
})
const variables = shape.superRefine(checkArtifactVariables)

type Variables = z.infer<typeof variables>

/** Everything the server can be told from outside, checked. Holds secrets: never log it as a whole. */
export type Config = ReturnType<typeof toConfig>

/** The environment does not describe a server that may run. The message lists every problem, one to a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'invalid_config'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The server can't start with this configuration:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/**
 * Reads the environment; an empty variable counts as one that is not set.
 *
 * @throws {ConfigError} also for what is well-formed but unsafe: a guessable secret, or dev tokens in production.
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  const problems = parsed.success ? unsafeCombinations(parsed.data) : parsed.error.issues.map(describeIssue)
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data)
}

function describeIssue({ path, message }: { path: PropertyKey[]; message: string }): string {
  return `${String(path[0])} ${message}`
}

function unsafeCombinations(values: Variables): string[] {
  const isProduction = values.NODE_ENV === 'production'
  const problems: string[] = []
  if (values.JWT_SECRET === undefined && values.JWKS_URL === undefined) {
    problems.push(
      `JWT_SECRET is not set, nor is JWKS_URL: tokens can't be checked. Set JWT_SECRET=${NEW_SECRET}, or JWKS_URL to the key set of your identity provider.`,
    )
  }
  if (values.JWT_SECRET !== undefined && values.JWKS_URL !== undefined) {
    problems.push('JWT_SECRET and JWKS_URL are both set: keep the one that your tokens are signed with.')
  }
  if (isProduction && values.HEADWAY_EMBEDDED) {
    problems.push(
      'HEADWAY_EMBEDDED is set while NODE_ENV is production: the embedded mode gives a token to anyone who asks. Remove HEADWAY_EMBEDDED, or NODE_ENV=production.',
    )
  }
  if (isProduction && values.CORS_ORIGINS.includes('*')) {
    problems.push(
      'CORS_ORIGINS is "*" while NODE_ENV is production: every web page could connect. List the pages, like CORS_ORIGINS=https://app.example.com.',
    )
  }
  return problems
}

function toConfig(values: Variables) {
  return {
    port: values.PORT,
    /** The embedded mode hands out tokens, so it is reachable from this machine alone unless `HOST` says otherwise. */
    host: values.HOST ?? (values.HEADWAY_EMBEDDED ? '127.0.0.1' : undefined),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    tokens: {
      jwtSecret: values.JWT_SECRET,
      jwksUrl: values.JWKS_URL,
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
    },
    corsOrigins: values.CORS_ORIGINS,
    eventBuffer: {
      maxSize: values.EVENT_BUFFER_MAX_SIZE,
      maxAgeMs: values.EVENT_BUFFER_MAX_AGE_MS,
      maxBytes: values.EVENT_BUFFER_MAX_BYTES,
    },
    artifactsDir: join(resolve(values.HEADWAY_DATA_DIR), 'artifacts'),
    ...toArtifactSettings(values),
    webDir: resolve(values.HEADWAY_WEB_DIR),
    isProduction: values.NODE_ENV === 'production',
    isEmbedded: values.HEADWAY_EMBEDDED,
    instanceId: values.HEADWAY_INSTANCE_ID ?? `${hostname()}-${randomUUID().slice(0, 8)}`,
    jobLimits: { jobsPerMinute: values.JOBS_PER_MINUTE, maxUnfinishedJobs: values.MAX_UNFINISHED_JOBS },
    uploadLimits: { ...DEFAULT_UPLOAD_LIMITS, maxBytes: values.UPLOAD_MAX_BYTES },
    headCheckMs: values.HEADWAY_HEAD_CHECK_MS,
    pingIntervalMs: values.HEADWAY_PING_INTERVAL_MS,
    pingTimeoutMs: values.HEADWAY_PING_TIMEOUT_MS,
    /** Nobody deploys the embedded mode, and who stops it waits for it. */
    drainMs: values.HEADWAY_DRAIN_MS ?? (values.HEADWAY_EMBEDDED ? EMBEDDED_DRAIN_MS : DRAIN_MS),
    sweepIntervalMs: values.HEADWAY_OUTBOX_SWEEP_MS,
    queryTimeoutMs: values.DATABASE_QUERY_TIMEOUT_MS,
    /** Workers remove jobs; the server says when. */
    retention: {
      maxAgeDays: values.RETENTION_MAX_AGE_DAYS,
      maxJobsPerUser: values.RETENTION_MAX_JOBS_PER_USER,
    },
    metrics: metricsOf(values),
    logLevel: values.LOG_LEVEL,
    transports: values.SOCKET_TRANSPORTS,
  }
}

/**
 * Metrics are for whoever runs the deployment: on a port of their own, or on the public one with a token. Open on the public
 * port they are in the embedded mode alone, and only where that is reachable from this machine alone.
 */
function metricsOf({ METRICS_PORT: port, METRICS_TOKEN: token, HEADWAY_EMBEDDED, HOST }: Variables) {
  const isLocal = HEADWAY_EMBEDDED && (HOST === undefined || LOOPBACK.test(HOST))
  return { port, token, isPublic: port === undefined && (token !== undefined || isLocal) }
}

function jwtSecret() {
  return z.string().superRefine((secret, context) => {
    const problem = jwtSecretProblem(secret)
    if (problem)
      context.addIssue({ code: 'custom', message: `${problem}. Set it like JWT_SECRET=${NEW_SECRET}.` })
  })
}

function metricsToken() {
  return setting((text) => (/^[\x21-\x7e]{16,512}$/.test(text) ? text : undefined), {
    expected: 'a secret of 16 to 512 visible ASCII characters',
    example: '"$(openssl rand -hex 24)"',
    isSecret: true,
  })
}

function origins() {
  return setting(parseOrigins, {
    expected: 'a comma-separated list of origins (scheme, host and port only)',
    example: 'https://app.example.com,http://localhost:5173',
  })
}

function parseOrigins(text: string): string[] | undefined {
  try {
    return splitList(text).map(parseOrigin)
  } catch {
    return undefined
  }
}
