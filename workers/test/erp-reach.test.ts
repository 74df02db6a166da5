import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext } from 'puppeteer'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { BrowserSource } from '../src/browser/browser-source.ts'
import { ErpPage } from '../src/erp/erp-page.ts'
import { UrlGuard } from '../src/pages/url-guard.ts'
import { curiousPage } from './support/curious-page.ts'
import { testLogger } from './support/test-logger.ts'
import { WebSite } from './support/web-site.ts'

const never = new AbortController().signal

let browsers: BrowserSource
/** Stands for the ERP, on a private address. */
let erp: WebSite
let canary: WebSite

beforeAll(async () => {
  erp = await WebSite.open()
  canary = await WebSite.open()
  canary.page('/', 'the canary')
  browsers = new BrowserSource({ urls: new UrlGuard({ allowPrivateUrls: false }), logger: testLogger })
}, 60_000)
afterAll(async () => {
  await browsers.close()
  await erp.close()
  await canary.close()
})

async function open(
  url: string,
  trustedOrigin?: string,
): Promise<{ status: number; url: string; text: string }> {
  const contextOptions = await browsers.contextOptions(trustedOrigin)
  const pool = await browsers.pool()
  const lease = await pool.acquire({ userId: 'ann', signal: never, deadlineMs: 60_000, contextOptions })
  try {
    return await visit(lease.context, url)
  } finally {
    await lease.release()
  }
}

async function visit(context: BrowserContext, url: string) {
  const page = await context.newPage()
  const response = await page.goto(url)
  // Time for what the page's scripts are still about to do.
  await delay(500)
  const text = String(await page.evaluate('document.body.textContent'))
  return { status: response?.status() ?? 0, url: page.url(), text }
}

it('is reached by the context that may, with its forms and cookies', async () => {
  erp.handle('/', (request, response) => {
    response.writeHead(200, { 'set-cookie': 'a=1' }).end(`hello ${request.headers['cookie'] ?? ''}`)
  })
  expect(await open(erp.url(), new URL(erp.url()).origin)).toMatchObject({ status: 200, text: 'hello ' })
})

it('is reached by no other context, before, beside and after', async () => {
  const before = erp.connections
  const origin = new URL(erp.url()).origin
  expect(await open(erp.url())).toMatchObject({ status: 403 })
  const [, other] = await Promise.all([open(erp.url(), origin), open(canary.url())])
  expect(other).toMatchObject({ status: 403 })
  const after = erp.connections
  expect(after).toBeGreaterThan(before)
  expect(await open(erp.url())).toMatchObject({ status: 403 })
  expect(erp.connections).toBe(after)
  expect(canary.connections).toBe(0)
})

it.each([
  ['another name of the host', () => `http://localhost:${erp.port}`],
  ['another port of the host', () => `http://127.0.0.1:${canary.port}`],
  ['another scheme', () => `https://127.0.0.1:${erp.port}`],
])('is trusted as its origin alone: not %s', async (_what, trusted) => {
  const before = erp.connections
  expect(await open(erp.url(), trusted())).toMatchObject({ status: 403 })
  expect(erp.connections).toBe(before)
})

it('cannot lead to another private address: by a redirect, or from within its pages', async () => {
  const { origin } = new URL(erp.url())
  erp.handle('/redirect', (_request, response) => {
    response.writeHead(302, { location: canary.url() }).end()
  })
  expect(await open(erp.url('/redirect'), origin)).toMatchObject({ status: 403 })
  erp.page('/curious', curiousPage(canary.url()))
  expect(await open(erp.url('/curious'), origin)).toMatchObject({ status: 200 })
  expect(canary.connections).toBe(0)
}, 60_000)

it('is said to lead elsewhere when it does', async () => {
  const { origin } = new URL(erp.url())
  erp.handle('/redirect', (_request, response) => {
    response.writeHead(302, { location: canary.url('/login') }).end()
  })
  const contextOptions = await browsers.contextOptions(origin)
  const pool = await browsers.pool()
  const lease = await pool.acquire({ userId: 'ann', signal: never, deadlineMs: 60_000, contextOptions })
  onTestFinished(() => lease.release())
  const page = await ErpPage.open({ browser: () => lease.context, signal: never, origin })
  await expect(page.goTo('/redirect')).rejects.toMatchObject({ code: 'url_not_allowed' })
  expect(canary.connections).toBe(0)
})

it('is not reached by a page of another context that knows the way out of the first one', async () => {
  const { proxyServer } = await browsers.contextOptions(new URL(erp.url()).origin)
  const before = erp.connections
  expect(await open(`${proxyServer}/`)).toMatchObject({ status: 403 })
  expect(erp.connections).toBe(before)
})
