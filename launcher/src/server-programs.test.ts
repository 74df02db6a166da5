import { expect, it } from 'vitest'
import { serverPrograms, type ServerPlace } from './server-programs.ts'

const place: ServerPlace = {
  port: 3_000,
  host: undefined,
  instances: 3,
  balancer: 'node',
  dataDir: '/data',
}

function programs(env: Record<string, string>, instances = 3) {
  return serverPrograms({ name: 'server', args: ['main.js'], env }, { ...place, instances })
}

it('is the server alone, on the port itself, where there is one', async () => {
  expect(await programs({ HOST: '0.0.0.0' }, 1)).toEqual([
    { name: 'server', args: ['main.js'], env: { HOST: '0.0.0.0', PORT: '3000' } },
  ])
})

it('gives each instance a name, an id and a port of its own that only this machine reaches', async () => {
  const [first, second, third, balancer] = await programs({ HOST: '0.0.0.0', HEADWAY_INSTANCE_ID: 'eu' })
  const servers = [first, second, third]
  expect(servers.map((server) => server?.name)).toEqual(['server-1', 'server-2', 'server-3'])
  expect(servers.map((server) => server?.env['HEADWAY_INSTANCE_ID'])).toEqual(['eu-1', 'eu-2', 'eu-3'])
  expect(servers.map((server) => server?.env['HOST'])).toEqual(servers.map(() => '127.0.0.1'))
  expect(new Set(servers.map((server) => server?.env['PORT'])).size).toBe(3)
  expect(balancer).toMatchObject({ name: 'balancer', kind: 'Node', isFront: true })
})

it('tells the balancer no secret', async () => {
  const balancer = (await programs({ JWT_SECRET: 'secret', DATABASE_URL: 'postgres://a:b@c/d' })).at(-1)
  expect(Object.keys(balancer?.env ?? {})).toEqual(['PATH'])
  expect(balancer?.args.join(' ')).not.toContain('secret')
})

it.each([
  [{}, ['0', '0', '0']],
  [{ METRICS_PORT: '9464' }, ['9464', '9465', '9466']],
  [{ METRICS_PORT: '9464', METRICS_TOKEN: 't' }, ['9464', '9465', '9466']],
  [{ METRICS_TOKEN: 't' }, [undefined, undefined, undefined]],
])('shows the metrics of each instance at its own place: %o', async (env, ports) => {
  const servers = (await programs(env)).slice(0, 3)
  expect(servers.map((server) => server.env['METRICS_PORT'])).toEqual(ports)
})
