import { expect, it } from 'vitest'
import { ConfigError, parseConfig } from './config.ts'

const good = {
  DATABASE_URL: 'postgres://headway:canary-pg@localhost:5432/headway',
  REDIS_URL: 'redis://:canary-redis@localhost:6379',
  JWT_SECRET: 'kN4v!q8Zr2Lx7Wc0Tb5Ym9Hd3Gf6Js1P',
}

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

it('never repeats a secret', () => {
  const environment = { ...good, DATABASE_URL: 'http://a:canary@b', JWT_SECRET: 'canary', PORT: 'x' }
  expect(problemsOf(environment)).toHaveLength(3)
  expect(problemsOf(environment).join()).not.toMatch(/canary/)
})

it('fills in what is not set', () => {
  const config = parseConfig({ ...good, PORT: '', CORS_ORIGINS: '' })
  expect(config).toMatchObject({
    port: 3_000,
    host: undefined,
    corsOrigins: [],
    eventBuffer: { maxSize: 200, maxAgeMs: 300_000, maxBytes: 262_144 },
    transports: ['websocket'],
    isEmbedded: false,
    logLevel: 'info',
  })
  expect(config.webDir).toMatch(/web\/dist$/)
  expect(config.artifactsDir).toMatch(/\.headway\/artifacts$/)
})

it('keeps artifacts in a bucket where one is named, and says what is wrong with it without its secret', () => {
  const key = { ARTIFACTS_S3_ACCESS_KEY_ID: 'id', ARTIFACTS_S3_SECRET_ACCESS_KEY: 'canary-s3' }
  const { artifactsBucket } = parseConfig({ ...good, ARTIFACTS_S3_BUCKET: 'files', ...key })
  expect(artifactsBucket).toMatchObject({ bucket: 'files', credentials: { secretAccessKey: 'canary-s3' } })
  const problems = problemsOf({ ...good, ...key })
  expect(problems).toEqual([
    expect.stringMatching(/^ARTIFACTS_S3_ACCESS_KEY_ID is set while ARTIFACTS_S3_BUCKET/),
  ])
  expect(problems.join()).not.toContain('canary')
})

it('names each variable that will not do, and what to set', () => {
  expect(problemsOf({})).toEqual([
    expect.stringMatching(/^DATABASE_URL is not set\. .*Set it like postgres:\/\//),
    expect.stringMatching(/^REDIS_URL is not set\. .*Set it like redis:\/\//),
  ])
  expect(
    problemsOf({ ...good, PORT: 'abc', LOG_LEVEL: 'loud', CORS_ORIGINS: 'https://a.example/x' }),
  ).toEqual([
    expect.stringMatching(/^PORT is "abc"/),
    expect.stringMatching(
      /^CORS_ORIGINS is "https:\/\/a\.example\/x", which is not a comma-separated list of origins/,
    ),
    expect.stringMatching(/^LOG_LEVEL is "loud", which is not one of trace, debug/),
  ])
})

it('refuses a weak secret without repeating it', () => {
  expect(problemsOf({ ...good, JWT_SECRET: 'canary' })).toEqual([
    expect.stringMatching(/^JWT_SECRET is 6 bytes long; at least 32 are needed\. Set it like JWT_SECRET=/),
  ])
  expect(problemsOf({ ...good, JWT_SECRET: 'your-super-secret-jwt-key-12345678' })).toEqual([
    expect.stringMatching(/^JWT_SECRET is a well-known default/),
  ])
})

it('needs exactly one way to check tokens', () => {
  const { JWT_SECRET: _, ...without } = good
  expect(problemsOf(without)).toEqual([expect.stringMatching(/^JWT_SECRET is not set, nor is JWKS_URL/)])
  expect(problemsOf({ ...good, JWKS_URL: 'https://id.example/jwks' })).toEqual([
    expect.stringMatching(/^JWT_SECRET and JWKS_URL are both set/),
  ])
  expect(problemsOf({ ...without, JWKS_URL: 'https://id.example/jwks' })).toEqual([])
})

it('refuses the embedded mode and an open origin list in production', () => {
  expect(problemsOf({ ...good, NODE_ENV: 'production', HEADWAY_EMBEDDED: '1', CORS_ORIGINS: '*' })).toEqual([
    expect.stringMatching(/^HEADWAY_EMBEDDED is set while NODE_ENV is production/),
    expect.stringMatching(/^CORS_ORIGINS is "\*" while NODE_ENV is production/),
  ])
  expect(problemsOf({ ...good, HEADWAY_EMBEDDED: '1', CORS_ORIGINS: '*' })).toEqual([])
})

it('keeps the embedded mode on this machine unless HOST says otherwise', () => {
  expect(parseConfig({ ...good, HEADWAY_EMBEDDED: '1' }).host).toBe('127.0.0.1')
  expect(parseConfig({ ...good, HEADWAY_EMBEDDED: '1', HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
})

it('shows metrics to nobody unless it is told how, and on this machine alone in the embedded mode', () => {
  const metricsOf = (environment: NodeJS.ProcessEnv) => parseConfig({ ...good, ...environment }).metrics
  expect(metricsOf({})).toEqual({ port: undefined, token: undefined, isPublic: false })
  expect(metricsOf({ HEADWAY_EMBEDDED: '1' }).isPublic).toBe(true)
  expect(metricsOf({ HEADWAY_EMBEDDED: '1', HOST: '0.0.0.0' }).isPublic).toBe(false)
  expect(metricsOf({ METRICS_TOKEN: 'a-long-enough-token' }).isPublic).toBe(true)
  expect(metricsOf({ METRICS_TOKEN: 'a-long-enough-token', METRICS_PORT: '9464' })).toMatchObject({
    port: 9_464,
    isPublic: false,
  })
  expect(problemsOf({ ...good, METRICS_TOKEN: 'canary' })).toEqual([
    expect.stringMatching(/^METRICS_TOKEN has a value that is not a secret of 16 to 512/),
  ])
})

it('takes its time to let clients go, but not in the embedded mode', () => {
  expect(parseConfig(good).drainMs).toBe(10_000)
  expect(parseConfig({ ...good, HEADWAY_EMBEDDED: '1' }).drainMs).toBe(1_000)
  expect(parseConfig({ ...good, HEADWAY_EMBEDDED: '1', HEADWAY_DRAIN_MS: '0' }).drainMs).toBe(0)
})
