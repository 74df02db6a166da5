import { expect, it } from 'vitest'
import { parseLauncherConfig } from './config.ts'

const own = { DATABASE_URL: 'postgres://db/headway', REDIS_URL: 'redis://cache' }

it('brings everything itself when nothing is said', () => {
  const config = parseLauncherConfig({}, false)
  expect(config).toMatchObject({ port: 3_000, host: '127.0.0.1', isEmbedded: true, makesJwtSecret: true })
  expect(config.dataDir).toMatch(/\.headway$/)
})

it('is not embedded with services of one’s own, unless asked', () => {
  expect(parseLauncherConfig(own, false)).toMatchObject({ isEmbedded: false, host: undefined })
  expect(parseLauncherConfig({ ...own, HEADWAY_EMBEDDED: '1' }, false).isEmbedded).toBe(true)
})

it('counts an empty variable as one that is not set', () => {
  expect(parseLauncherConfig({ PORT: '', DATABASE_URL: '' }, false)).toMatchObject({
    port: 3_000,
    databaseUrl: undefined,
  })
})

it('refuses the embedded mode in production, naming what is missing', () => {
  expect(() => parseLauncherConfig({ NODE_ENV: 'production' }, false)).toThrow(
    /DATABASE_URL and REDIS_URL are not set/,
  )
  expect(() =>
    parseLauncherConfig({ NODE_ENV: 'production', DATABASE_URL: own.DATABASE_URL }, false),
  ).toThrow(/REDIS_URL is not set/)
})

it('makes no secret in production', () => {
  expect(parseLauncherConfig({ NODE_ENV: 'production', ...own }, false).makesJwtSecret).toBe(false)
})

it.each(['http', '-1', '65536', '3e3'])('refuses port %s, naming what would do', (text) => {
  expect(() => parseLauncherConfig({ PORT: text }, false)).toThrow(
    `PORT: "${text}" is not a port. Set it to a whole number from 0 (any free one) to 65535, like PORT=3000.`,
  )
})

it('runs one server without a balancer unless several are asked for', () => {
  expect(parseLauncherConfig({}, false)).toMatchObject({ instances: 1, balancer: undefined })
  expect(parseLauncherConfig({ HEADWAY_INSTANCES: '3' }, false).instances).toBe(3)
})

it.each(['0', '-1', '2.5', 'three', '17'])('refuses %s instances, naming what would do', (text) => {
  expect(() => parseLauncherConfig({ HEADWAY_INSTANCES: text }, false)).toThrow(
    `HEADWAY_INSTANCES: "${text}" is not a number of server processes. Set it to a whole number from 1 to 16`,
  )
})
