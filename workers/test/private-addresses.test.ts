import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BrowserSource } from '../src/browser/browser-source.ts'
import { openPage } from '../src/pages/open-page.ts'
import { UrlGuard } from '../src/pages/url-guard.ts'
import { curiousPage } from './support/curious-page.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'
import { WebSite } from './support/web-site.ts'

const never = new AbortController().signal
const viewport = { width: 800, height: 600 }

let deployment: Deployment
let canary: WebSite

beforeAll(async () => {
  deployment = await Deployment.open()
  canary = await WebSite.open()
  canary.page('/', 'the canary')
  await deployment.startWorker()
}, 60_000)
afterAll(async () => {
  await deployment.close()
  await canary.close()
})

describe('a worker that may not open private addresses', () => {
  it.each([
    ['an open port', () => canary.url()],
    ['a closed port', () => 'http://127.0.0.1:9/'],
    ['localhost', () => `http://localhost:${canary.port}/`],
    ['IPv6', () => `http://[::1]:${canary.port}/`],
    ['IPv4 in IPv6', () => `http://[::ffff:127.0.0.1]:${canary.port}/`],
    ['a decimal address', () => `http://2130706433:${canary.port}/`],
    ['a file', () => 'file:///etc/passwd'],
    ['no address at all', () => 'hello'],
  ])('refuses %s for good, without a connection', async (_what, url) => {
    const jobId = await deployment.createJob('capture-page', { url: url() })
    const job = await deployment.reaches(jobId, 'failed', 30_000)
    expect(job).toMatchObject({ errorCode: 'url_not_allowed', attempt: 1, artifacts: [] })
    expect(canary.connections).toBe(0)
  })

  it('says the same of an open and of a closed port', async () => {
    const errors = await Promise.all(
      [canary.port, 9].map(async (port) => {
        const jobId = await deployment.createJob('extract-page', { url: `http://127.0.0.1:${port}/` })
        return (await deployment.reaches(jobId, 'failed', 30_000)).error?.replace(String(port), 'PORT')
      }),
    )
    expect(errors[0]).toBe(errors[1])
  })
})

/**
 * A public page can't be had here, so the guard believes one name on loopback to be public: whatever that page
 * reaches for beyond its own address must not get there.
 */
describe('a public page', () => {
  let site: WebSite
  let browsers: BrowserSource
  let allowedPort: number | undefined
  const urls = new UrlGuard({
    allowPrivateUrls: false,
    resolve: async (hostname) => {
      return hostname === 'public.test'
        ? [{ address: '93.184.215.14', family: 4 }]
        : lookup(hostname, { all: true })
    },
  })

  beforeAll(async () => {
    site = await WebSite.open()
    // The one name that counts as public is served from loopback.
    const check = urls.check.bind(urls)
    urls.check = async (input) => {
      const url = new URL(input)
      if (Number(url.port) === allowedPort) return { url, addresses: [{ address: '127.0.0.1', family: 4 }] }
      const allowed = await check(input)
      const isSite = allowed.url.hostname === 'public.test'
      return isSite ? { ...allowed, addresses: [{ address: '127.0.0.1', family: 4 }] } : allowed
    }
    browsers = new BrowserSource({ urls, logger: testLogger })
  })
  afterAll(async () => {
    await browsers.close()
    await site.close()
  })

  async function open(path: string) {
    const lease = await (await browsers.pool()).acquire({ userId: 'ann', signal: never, deadlineMs: 60_000 })
    const url = `http://public.test:${site.port}${path}`
    try {
      const opened = await openPage({ urls, signal: never, browser: () => lease.context }, { url, viewport })
      // Time for what the page's scripts are still about to do.
      await delay(500)
      return opened
    } finally {
      await lease.release()
    }
  }

  it('is opened through the proxy', async () => {
    site.page('/', '<title>Public</title>')
    expect(await open('/')).toMatchObject({ title: 'Public' })
    expect(site.hits).toContain('/')
  })

  it('cannot lead to a private address by a redirect', async () => {
    site.handle('/redirect', (_request, response) =>
      response.writeHead(302, { location: canary.url() }).end(),
    )
    await expect(open('/redirect')).rejects.toMatchObject({ code: 'url_not_allowed' })
    expect(canary.connections).toBe(0)
  })

  it('cannot reach one from within: frames, pictures, requests, sockets, workers, pop-ups', async () => {
    site.page('/curious', curiousPage(canary.url()))
    expect(await open('/curious')).toMatchObject({ title: 'Curious' })
    expect(canary.connections).toBe(0)
  }, 40_000)

  it('would reach one that is allowed', async () => {
    const allowed = await WebSite.open()
    site.page('/allowed', curiousPage(allowed.url()))
    allowedPort = allowed.port
    await open('/allowed')
    expect(new Set(allowed.hits)).toEqual(new Set(['/', '/x.png', '/x.css', '/x.js', '/socket']))
    expect(allowed.connections).toBeGreaterThan(3)
    await allowed.close()
  }, 40_000)

  it('cannot lead to one later by a script', async () => {
    site.page('/later', `<title>Later</title><script>location.href = '${canary.url()}'</script>`)
    await expect(open('/later')).rejects.toMatchObject({ code: 'url_not_allowed' })
    expect(canary.connections).toBe(0)
  }, 40_000)
})
