import { join, resolve } from 'node:path'
import { EVENT_BUFFER_MAX_AGE_MS, EVENT_BUFFER_MAX_BYTES, EVENT_BUFFER_MAX_SIZE } from '@headway/events'
import {
  artifactVariables,
  checkArtifactVariables,
  DEFAULT_RETENTION,
  toArtifactSettings,
} from '@headway/jobs'
import { z } from 'zod'
import { llmVariables, toLlmSettings } from './agent/llm-variables.ts'
import { unfit, wholeNumber } from './config-values.ts'
import { erpProblems, erpVariables, toErpAccount } from './erp/erp-variables.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const shape = z.object({
  ...artifactVariables,
  NODE_ENV: z.string().optional(),
  DATABASE_URL: urlOf(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/headway'),
  REDIS_URL: urlOf(['redis:', 'rediss:'], 'redis://localhost:6379'),
  HEADWAY_DATA_DIR: z.string().default('.headway'),
  HEADWAY_EXTERNAL_OPERATIONS: z.string().optional(),
  HEADWAY_INSTANCE_ID: z.string().optional(),
  HEADWAY_LEASE_MS: wholeNumber(1000, 600_000, 15_000),
  HEADWAY_OUTBOX_SWEEP_MS: wholeNumber(10, 600_000, 2000),
  HEADWAY_QUESTION_EXPIRY_MS: wholeNumber(1000, 31_536_000_000, 86_400_000),
  DATABASE_QUERY_TIMEOUT_MS: wholeNumber(1000, 600_000, 15_000),
  RETENTION_MAX_AGE_DAYS: wholeNumber(1, 36_500, DEFAULT_RETENTION.maxAgeDays),
  RETENTION_MAX_JOBS_PER_USER: wholeNumber(1, 10_000_000, DEFAULT_RETENTION.maxJobsPerUser),
  WORKER_CONCURRENCY: wholeNumber(1, 1000, 10),
  WORKER_WATCHDOG_MS: wholeNumber(0, 86_400_000, 60_000),
  WORKER_METRICS_PORT: portNumber().optional(),
  METRICS_TOKEN: metricsToken().optional(),
  HOST: z.string().optional(),
  WORKER_GRACE_MS: wholeNumber(0, 10_000, 3000),
  TEXT_COALESCE_MS: wholeNumber(0, 1000, 10),
  TEXT_COALESCE_BYTES: wholeNumber(1, 65_536, 512),
  WORKER_BROWSERS: wholeNumber(1, 100, 2),
  WORKER_BROWSER_CONTEXTS: wholeNumber(1, 100, 5),
  WORKER_BROWSER_LEASES: wholeNumber(1, 1_000_000, 50),
  WORKER_BROWSER_MEMORY_MB: wholeNumber(0, 1_048_576, 2048),
  WORKER_BROWSER_WAIT_MS: wholeNumber(100, 3_600_000, 60_000),
  ...erpVariables,
  ...llmVariables,
  ALLOW_PRIVATE_URLS: z.stringbool({ error: unfit('1 or 0', '1') }).default(false),
  EVENT_BUFFER_MAX_SIZE: wholeNumber(1, 100_000, EVENT_BUFFER_MAX_SIZE),
  EVENT_BUFFER_MAX_AGE_MS: wholeNumber(1000, 604_800_000, EVENT_BUFFER_MAX_AGE_MS),
  EVENT_BUFFER_MAX_BYTES: wholeNumber(65_536, 67_108_864, EVENT_BUFFER_MAX_BYTES),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: unfit(`one of ${LOG_LEVELS.join(', ')}`, 'info') }).default('info'),
})
const variables = shape.superRefine(checkArtifactVariables)

/** Everything the worker can be told from outside, checked. Holds secrets: never log it as a whole. */
export type Config = ReturnType<typeof toConfig>

/** The environment does not describe a worker that can run. The message lists every problem, one to a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'invalid_config'

  constructor(problems: readonly string[]) {
    super(
      `The worker can't start with this configuration:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
  }
}

/**
 * Reads the environment; an empty variable counts as one that is not set.
 *
 * @throws {ConfigError}
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`))
  }
  const problems = erpProblems(parsed.data)
  if (problems.length === 0) return toConfig(parsed.data)
  throw new ConfigError(problems)
}

function toConfig(values: z.output<typeof variables>) {
  return {
    isProduction: values.NODE_ENV === 'production',
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    artifactsDir: join(resolve(values.HEADWAY_DATA_DIR), 'artifacts'),
    ...toArtifactSettings(values),
    externalOperationsFile: values.HEADWAY_EXTERNAL_OPERATIONS,
    instanceId: values.HEADWAY_INSTANCE_ID,
    leaseMs: values.HEADWAY_LEASE_MS,
    heartbeatMs: Math.floor(values.HEADWAY_LEASE_MS / 3),
    sweepIntervalMs: values.HEADWAY_OUTBOX_SWEEP_MS,
    questionExpiryMs: values.HEADWAY_QUESTION_EXPIRY_MS,
    queryTimeoutMs: values.DATABASE_QUERY_TIMEOUT_MS,
    retention: {
      maxAgeDays: values.RETENTION_MAX_AGE_DAYS,
      maxJobsPerUser: values.RETENTION_MAX_JOBS_PER_USER,
    },
    concurrency: values.WORKER_CONCURRENCY,
    watchdogMs: values.WORKER_WATCHDOG_MS,
    graceMs: values.WORKER_GRACE_MS,
    textWriter: { coalesceMs: values.TEXT_COALESCE_MS, coalesceBytes: values.TEXT_COALESCE_BYTES },
    browsers: {
      pool: {
        maxBrowsers: values.WORKER_BROWSERS,
        contextsPerBrowser: values.WORKER_BROWSER_CONTEXTS,
        leasesPerBrowser: values.WORKER_BROWSER_LEASES,
        memoryPerBrowserMb: values.WORKER_BROWSER_MEMORY_MB,
        waitMs: values.WORKER_BROWSER_WAIT_MS,
      },
    },
    metrics: metricsOf(values),
    allowPrivateUrls: values.ALLOW_PRIVATE_URLS,
    erp: toErpAccount(values),
    llm: toLlmSettings(values),
    eventBuffer: {
      maxSize: values.EVENT_BUFFER_MAX_SIZE,
      maxAgeMs: values.EVENT_BUFFER_MAX_AGE_MS,
      maxBytes: values.EVENT_BUFFER_MAX_BYTES,
    },
    logLevel: values.LOG_LEVEL,
  }
}

/** Metrics are for whoever runs the deployment: nowhere, until it is said where. */
function metricsOf({
  WORKER_METRICS_PORT: port,
  METRICS_TOKEN: token,
  HOST: host,
}: z.output<typeof variables>) {
  return port === undefined ? undefined : { port, token, host }
}

function portNumber() {
  return z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, {
      error: unfit('a port from 0 to 65535', 9465),
    })
    .transform(Number)
}

/** Never repeated in a message, as it is a secret. */
function metricsToken() {
  return z.string().regex(/^[\x21-\x7e]{16,512}$/, {
    error: 'is not a secret of 16 to 512 visible ASCII characters. Set it like "$(openssl rand -hex 24)".',
  })
}

/** Its value is never repeated in a message: it may hold a password. */
function urlOf(protocols: readonly string[], example: string) {
  return z
    .string({ error: `is not set. Set it like ${example}.` })
    .refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
      error: `is not a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}. Set it like ${example}.`,
    })
}
