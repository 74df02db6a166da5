import { once } from 'node:events'
import { request, type ClientRequest, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EgressProxy } from '../src/pages/egress-proxy.ts'
import { UrlGuard } from '../src/pages/url-guard.ts'
import { WebSite } from './support/web-site.ts'

let site: WebSite
let proxy: EgressProxy

beforeAll(async () => {
  site = await WebSite.open()
  proxy = new EgressProxy(new UrlGuard({ allowPrivateUrls: true }))
})
afterAll(async () => {
  await proxy.close()
  await site.close()
})

async function ask(path: string, method = 'GET'): Promise<ClientRequest> {
  const asking = request(await proxy.url(), { path, method, agent: false })
  asking.on('error', () => undefined)
  return asking
}

it('ends what it asked for when the browser goes before the answer, and goes on', async () => {
  const held = Promise.withResolvers<ServerResponse>()
  site.handle('/late', (_request, response) => held.resolve(response))
  const asking = await ask(site.url('/late'))
  asking.end()
  const response = await held.promise
  const gone = once(response, 'close')
  asking.destroy()
  await gone

  site.page('/', 'hello')
  const next = await ask(site.url())
  next.end()
  const [received] = await once(next, 'response')
  expect(received).toMatchObject({ statusCode: 200 })
})

it('goes on when the browser goes at the moment of the answer, or before its connection is checked', async () => {
  for (let round = 0; round < 50; round += 1) {
    site.handle('/now', (_request, response) => {
      response.writeHead(200)
      asking.destroy()
      response.end('x'.repeat(round))
    })
    const asking = await ask(site.url('/now'))
    asking.end()
    await closed(asking)
    const tunnel = await ask(`127.0.0.1:${site.port}`, 'CONNECT')
    tunnel.on('socket', (socket) => socket.once('connect', () => setImmediate(() => tunnel.destroy())))
    tunnel.end()
    await closed(tunnel)
  }
  site.page('/', 'hello')
  const next = await ask(site.url())
  next.end()
  expect((await once(next, 'response'))[0]).toMatchObject({ statusCode: 200 })
})

/** Whether with an error or not. */
async function closed(asking: ClientRequest): Promise<void> {
  await new Promise<void>((resolve) => asking.once('close', resolve))
}
