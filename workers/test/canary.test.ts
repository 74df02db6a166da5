import { isTerminalState, type JobView } from '@headway/events'
import { waitFor } from '@headway/test-kit'
import { launch } from 'puppeteer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumFlags } from '../src/browser/chromium-flags.ts'
import { findChromium } from '../src/browser/find-chromium.ts'
import { unpackChromium } from '../src/browser/unpack-chromium.ts'
import { EgressProxy } from '../src/pages/egress-proxy.ts'
import { Canary } from './support/canary.ts'
import { Deployment } from './support/deployment.ts'
import { PageServer, PAGES_ADDRESS } from './support/page-server.ts'
import { PUBLIC_ADDRESS, PublicGuard } from './support/public-guard.ts'
import {
  oraclePage,
  pageOfNames,
  pageOfWays,
  peerScript,
  serviceWorker,
  WAYS_THAT_ASK,
} from './support/ways-out.ts'

const OPERATIONS = ['capture-page', 'extract-page'] as const

/** The small internet of this test. `localhost` below a name is what a browser takes for a secure place. */
const NAMES = {
  'public.test': [PUBLIC_ADDRESS],
  'public.localhost': [PUBLIC_ADDRESS],
  'private.test': ['127.0.0.1'],
  'private6.test': ['::1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'intranet.test': ['10.0.0.7'],
  'rebind-sub.test': [PUBLIC_ADDRESS, '127.0.0.1'],
  ...Object.fromEntries(
    OPERATIONS.flatMap((operation) => [
      // Public when the operation asks, private when the proxy does.
      [`rebind-${operation}.test`, [PUBLIC_ADDRESS, '127.0.0.1']],
      // Public until the connection is made, private ever after.
      [`rebind-late-${operation}.test`, [PUBLIC_ADDRESS, PUBLIC_ADDRESS, '127.0.0.1']],
    ]),
  ),
}

async function serve(): Promise<{ pages: PageServer; canary: Canary }> {
  const pages = await PageServer.open()
  const canary = await Canary.open(pages)
  const target = canary.url()
  pages.page('/ways', pageOfWays(target), { 'reporting-endpoints': `default="${target}report"` })
  pages.page('/sw.js', serviceWorker(target), { 'content-type': 'text/javascript' })
  const names = ['rebind-sub.test', 'private.test', 'private6.test', 'mapped.test']
  pages.page('/names', pageOfNames(names.map((name) => canary.url('/names', name))))
  pages.page('/public', '<title>Public</title><p>Hello')
  return { pages, canary }
}

async function run(
  deployment: Deployment,
  operation: string,
  input: { url: string; format?: string },
): Promise<JobView> {
  const jobId = await deployment.createJob(operation, input)
  return waitFor(
    async () => {
      const view = await deployment.view(jobId)
      return isTerminalState(view.state) ? view : undefined
    },
    { timeoutMs: 60_000 },
  )
}

function expectSilence({ connections, datagrams, hits }: Canary): void {
  expect({ connections, datagrams, hits }).toEqual({ connections: 0, datagrams: 0, hits: [] })
}

/** Of a server that is gone; a small number would not do, as Chromium refuses some by itself. */
async function closedPort(): Promise<number> {
  const server = await PageServer.open()
  const { port } = server
  await server.close()
  return port
}

describe('while private addresses are refused', () => {
  let deployment: Deployment
  let pages: PageServer
  let canary: Canary

  beforeAll(async () => {
    deployment = await Deployment.open()
    ;({ pages, canary } = await serve())
    await deployment.startWorker({ urls: new PublicGuard(NAMES), leaseMs: 15_000, heartbeatMs: 5000 })
  })
  afterAll(async () => {
    await deployment.close()
    await canary.close()
    await pages.close()
  })
  afterEach(() => expectSilence(canary))

  const site = (path: string, host = 'public.test'): string => `http://${host}:${pages.port}${path}`

  it.each([
    'file:///etc/passwd',
    'view-source:http://127.0.0.1:PORT/',
    'view-source:http://public.test:PORT/public',
    'chrome://version',
    'devtools://devtools/bundled/inspector.html',
    'data:text/html,<img src="http://127.0.0.1:PORT/">',
    'javascript:fetch("http://127.0.0.1:PORT/")',
    'blob:http://public.test/0',
    'filesystem:http://127.0.0.1:PORT/',
    'ftp://127.0.0.1:PORT/',
    'ws://127.0.0.1:PORT/',
    'about:blank',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://localhost.:PORT/',
    'http://any.localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://0:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::]:PORT/',
    'http://\u2460\u2461\u2466.0.0.1:PORT/',
    'http://public.test@127.0.0.1:PORT/',
    'http://public.test:80@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@public.test/',
    'http:127.0.0.1:PORT',
    '//127.0.0.1:PORT/',
    'http://private.test:PORT/',
    'http://private6.test:PORT/',
    'http://mapped.test:PORT/',
    'http://intranet.test/',
    'http://unknown.test/',
  ])('%s is refused for good', async (address) => {
    const url = address.replaceAll('PORT', String(canary.port))
    for (const job of await Promise.all(OPERATIONS.map((operation) => run(deployment, operation, { url })))) {
      expect(job).toMatchObject({ state: 'failed', errorCode: 'url_not_allowed', attempt: 1, artifacts: [] })
    }
  })

  it.each([
    'http://127.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'http://private.test:PORT/',
    'http://rebind-OPERATION.test:PORT/public',
    'http://rebind-late-OPERATION.test:PORT/public',
    'file:///etc/passwd',
    'data:text/html,hello',
    'chrome://version',
  ])('a redirect, or a name that changes, to %s is refused for good', async (address) => {
    const jobs = OPERATIONS.map((operation) => {
      const target = address.replaceAll('PORT', String(canary.port)).replaceAll('OPERATION', operation)
      const url = target.includes('rebind') ? target : site(`/to?${encodeURIComponent(target)}`)
      return run(deployment, operation, { url })
    })
    for (const job of await Promise.all(jobs)) {
      expect(job).toMatchObject({ state: 'failed', errorCode: 'url_not_allowed', attempt: 1, artifacts: [] })
    }
  })

  it.each([
    'view-source:http://127.0.0.1:PORT/',
    'javascript:fetch("http://127.0.0.1:PORT/")',
    'ftp://127.0.0.1:PORT/',
  ])('a redirect to %s leads to no page', async (address) => {
    const target = address.replaceAll('PORT', String(canary.port))
    const job = await run(deployment, 'capture-page', { url: site(`/to?${encodeURIComponent(target)}`) })
    expect(job).toMatchObject({ state: 'failed', attempt: 1, artifacts: [] })
    // Some of them Chromium names before it drops them, and some not.
    expect(['page_not_available', 'url_not_allowed']).toContain(job.errorCode)
  })

  it.each([
    ['capture-page', 'png', 'public.test'],
    ['capture-page', 'jpeg', 'public.localhost'],
    ['capture-page', 'pdf', 'public.localhost'],
    ['extract-page', undefined, 'public.localhost'],
  ])(
    'a public page that tries every way gets nowhere: %s %s %s',
    async (operation, format, host) => {
      const job = await run(deployment, operation, { url: site('/ways', host), ...(format && { format }) })
      expect(job).toMatchObject({ state: 'completed', artifacts: [{ size: expect.any(Number) }] })
    },
    90_000,
  )

  it('a page that uses names of private addresses, and one that changes, gets nowhere', async () => {
    const job = await run(deployment, 'capture-page', { url: site('/names') })
    expect(job).toMatchObject({ state: 'completed' })
  })

  it('nothing tells an open port from a closed one', async () => {
    const closed = await closedPort()
    const ports = [canary.port, closed]
    for (const address of ['http://127.0.0.1:PORT/', 'http://private.test:PORT/', 'http://[::1]:PORT/']) {
      const urls = ports.flatMap((port) => {
        const url = address.replace('PORT', String(port))
        return [url, site(`/to?${encodeURIComponent(url)}`)]
      })
      const jobs = await Promise.all(urls.map((url) => run(deployment, 'capture-page', { url })))
      const errors = jobs.map(({ error }) => error?.replace(/:\d+(?= )/, ''))
      expect(new Set(errors).size).toBe(1)
    }
    pages.page('/oracle', oraclePage(canary.url(), canary.url().replace(String(canary.port), String(closed))))
    const { result } = await run(deployment, 'capture-page', { url: site('/oracle') })
    expect(result).toMatchObject({ title: 'the same' })
  }, 90_000)

  it('a script that leads there later is refused', async () => {
    pages.page('/later', `<title>Later</title><script>location.href = '${canary.url()}'</script>`)
    pages.page('/refresh', `<title>Later</title><meta http-equiv="refresh" content="0;url=${canary.url()}">`)
    for (const path of ['/later', '/refresh']) {
      const job = await run(deployment, 'capture-page', { url: site(path) })
      expect(job).toMatchObject({ state: 'failed', errorCode: 'url_not_allowed', attempt: 1 })
    }
  })
})

/** It is another build, and listens to other switches. */
it.runIf(process.platform === 'linux')(
  'the packaged Chromium keeps a page in as well',
  async () => {
    const deployment = await Deployment.open()
    const { pages, canary } = await serve()
    await deployment.startWorker({
      urls: new PublicGuard(NAMES),
      browsers: { find: () => unpackChromium() },
      leaseMs: 15_000,
      heartbeatMs: 5000,
    })
    const url = `http://public.localhost:${pages.port}/ways`
    expect(await run(deployment, 'capture-page', { url, format: 'pdf' })).toMatchObject({
      state: 'completed',
    })
    expectSilence(canary)
    await deployment.close()
    await canary.close()
    await pages.close()
  },
  90_000,
)

/** Without this, silence would prove nothing. */
it('the same page does get through, in each of its ways, where private addresses are allowed', async () => {
  const deployment = await Deployment.open()
  const { pages, canary } = await serve()
  await deployment.startWorker({ allowPrivateUrls: true, leaseMs: 15_000, heartbeatMs: 5000 })
  const input = { url: `http://${PAGES_ADDRESS}:${pages.port}/ways`, format: 'pdf' }
  let missing = WAYS_THAT_ASK
  // On a busy machine a picture is taken before the page has tried everything.
  for (let visit = 0; visit < 4 && missing.length > 0; visit += 1) {
    expect(await run(deployment, 'capture-page', input)).toMatchObject({ state: 'completed' })
    missing = WAYS_THAT_ASK.filter((way) => !canary.hits.includes(`/${way}`))
  }
  expect(missing).toEqual([])
  await deployment.close()
  await canary.close()
  await pages.close()
}, 90_000)

it('packets do get through to a browser that is not told to keep WebRTC in', async () => {
  const { pages, canary } = await serve()
  pages.page('/peers', `<title>Peers</title><script>${peerScript(canary.port)}</script>`)
  const proxy = new EgressProxy(new PublicGuard(NAMES))
  const { executablePath, headless, env } = await findChromium()
  const args = chromiumFlags().filter((flag) => !flag.includes('webrtc'))
  const browser = await launch({
    executablePath,
    headless,
    args,
    pipe: true,
    env: { ...process.env, ...env },
  })
  try {
    const context = await browser.createBrowserContext({
      proxyServer: await proxy.url(),
      proxyBypassList: ['<-loopback>'],
    })
    await (await context.newPage()).goto(`http://public.test:${pages.port}/peers`)
    await expect.poll(() => canary.datagrams).toBeGreaterThan(0)
  } finally {
    await browser.close()
    await proxy.close()
    await canary.close()
    await pages.close()
  }
}, 60_000)
