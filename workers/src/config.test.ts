import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig } from './config.ts'

const required = { DATABASE_URL: 'postgres://localhost/headway', REDIS_URL: 'redis://localhost:6379' }

describe('parseConfig', () => {
  it('needs the two services and has a default for all else', () => {
    expect(parseConfig({ ...required, WORKER_CONCURRENCY: '' })).toMatchObject({
      concurrency: 10,
      queryTimeoutMs: 15_000,
      retention: { maxAgeDays: 30, maxJobsPerUser: 1_000 },
      watchdogMs: 60_000,
      questionExpiryMs: 86_400_000,
      allowPrivateUrls: false,
      logLevel: 'info',
      eventBuffer: { maxSize: 200, maxAgeMs: 300_000, maxBytes: 262_144 },
    })
  })

  it('reads what is set', () => {
    const set = { ...required, WORKER_CONCURRENCY: '3', ALLOW_PRIVATE_URLS: '1', HEADWAY_DATA_DIR: '/data' }
    expect(parseConfig(set)).toMatchObject({
      concurrency: 3,
      allowPrivateUrls: true,
      artifactsDir: '/data/artifacts',
    })
  })

  it.each([
    ['WORKER_CONCURRENCY', 'zero', 'a whole number from 1 to 1000. Set it like 10.'],
    ['WORKER_CONCURRENCY', '1001', 'a whole number from 1 to 1000. Set it like 10.'],
    ['WORKER_METRICS_PORT', '70000', 'a port from 0 to 65535. Set it like 9465.'],
    ['WORKER_BROWSERS', '0', 'a whole number from 1 to 100. Set it like 2.'],
    ['WORKER_BROWSER_MEMORY_MB', '2 GB', 'a whole number from 0 to 1048576. Set it like 2048.'],
    ['WORKER_GRACE_MS', '60000', 'a whole number from 0 to 10000. Set it like 3000.'],
    ['ALLOW_PRIVATE_URLS', 'maybe', '1 or 0. Set it like 1.'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent. Set it like info.'],
  ])('says of %s=%s what would do', (name, value, expected) => {
    expect(() => parseConfig({ ...required, [name]: value })).toThrow(
      `${name} is "${value}", which is not ${expected}`,
    )
  })

  it('keeps artifacts in a bucket where one is named, and says what is wrong with it without its secret', () => {
    const bucket = { ARTIFACTS_S3_BUCKET: 'files', ARTIFACT_MAX_BYTES: '1000' }
    expect(parseConfig({ ...required, ...bucket })).toMatchObject({
      artifactsBucket: { bucket: 'files' },
      artifactLimits: { maxBytes: 1000, maxBytesPerJob: 524_288_000 },
    })
    const half = { ...required, ...bucket, ARTIFACTS_S3_SECRET_ACCESS_KEY: 'hunter2' }
    expect(() => parseConfig(half)).toThrow(/^(?!.*hunter2).*ARTIFACTS_S3_SECRET_ACCESS_KEY is set while/s)
  })

  it('knows the ERP where it is told of one, whole', () => {
    expect(parseConfig(required).erp).toBeUndefined()
    const erp = { ERP_URL: 'http://10.0.0.7:8080/', ERP_USER: 'desk', ERP_PASSWORD: 'hunter2' }
    expect(parseConfig({ ...required, ...erp }).erp).toEqual({
      origin: 'http://10.0.0.7:8080',
      user: 'desk',
      password: 'hunter2',
      pageTimeoutMs: 30_000,
      settleMs: 60_000,
    })
    expect(() => parseConfig({ ...required, ...erp, ERP_PASSWORD: '' })).toThrow(/ERP_PASSWORD is not set/)
    expect(() => parseConfig({ ...required, ...erp, ERP_SETTLE_MS: '20000' })).toThrow(
      /^(?!.*hunter2).*ERP_SETTLE_MS is "20000", which is less than ERP_PAGE_TIMEOUT_MS/s,
    )
  })

  it.each([
    'erp.example.com',
    'https://desk:hunter2@erp.example.com',
    'https://erp.example.com/hunter2',
    'file:///hunter2',
  ])('takes no other address of an ERP than its origin: %s', (url) => {
    const erp = { ERP_URL: url, ERP_USER: 'desk', ERP_PASSWORD: 'x' }
    expect(() => parseConfig({ ...required, ...erp })).toThrow(/^(?!.*hunter2).*ERP_URL is not/s)
  })

  it('knows a model where an address and a name are set, with limits', () => {
    const llm = { LLM_BASE_URL: 'http://10.0.0.7:8080/v1/', LLM_MODEL: 'small' }
    expect(parseConfig({ ...required, ...llm, LLM_MODEL: '' }).llm).toBeUndefined()
    expect(parseConfig({ ...required, ...llm, LLM_BASE_URL: '' }).llm).toBeUndefined()
    expect(parseConfig({ ...required, ...llm, LLM_API_KEY: 'hunter2', LLM_MAX_TOKENS: '100' }).llm).toEqual({
      baseUrl: 'http://10.0.0.7:8080/v1',
      model: 'small',
      apiKey: 'hunter2',
      timeoutMs: 120_000,
      silenceMs: 60_000,
      maxTokens: 100,
      maxJobTokens: 200_000,
    })
  })

  it.each([
    ['LLM_BASE_URL', 'api.example.com/hunter2'],
    ['LLM_BASE_URL', 'https://me:hunter2@api.example.com/v1'],
    ['LLM_BASE_URL', 'https://api.example.com/v1?key=hunter2'],
    ['LLM_BASE_URL', 'ftp://hunter2'],
    ['LLM_API_KEY', 'hunter2 '],
    ['LLM_API_KEY', 'hunter2\n'],
  ])('refuses %s=%j, and does not repeat it', (name, value) => {
    expect(() => parseConfig({ ...required, [name]: value })).toThrow(
      new RegExp(`^(?!.*hunter2).*${name} is not`, 's'),
    )
  })

  it('shows metrics where it is told to, and nowhere else', () => {
    expect(parseConfig(required).metrics).toBeUndefined()
    expect(parseConfig({ ...required, METRICS_TOKEN: 'a-token-of-this-test' }).metrics).toBeUndefined()
    const set = {
      ...required,
      WORKER_METRICS_PORT: '9465',
      METRICS_TOKEN: 'a-token-of-this-test',
      HOST: '::1',
    }
    const place = { port: 9465, token: 'a-token-of-this-test', host: '::1' }
    expect(parseConfig(set).metrics).toEqual(place)
    expect(() => parseConfig({ ...required, METRICS_TOKEN: 'hunter2' })).toThrow(
      /^(?!.*hunter2).*METRICS_TOKEN is not/s,
    )
  })

  it('names every problem at once, and never the value of a URL', () => {
    const wrong = {
      DATABASE_URL: 'mysql://user:hunter2@localhost',
      WORKER_CONCURRENCY: '0',
      ALLOW_PRIVATE_URLS: 'maybe',
    }
    const error = (() => {
      try {
        return parseConfig(wrong)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(ConfigError)
    const { message } = error as ConfigError
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'WORKER_CONCURRENCY', 'ALLOW_PRIVATE_URLS']) {
      expect(message).toContain(name)
    }
    expect(message).not.toContain('hunter2')
  })
})
