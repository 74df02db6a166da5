import { TimeoutError, type HTTPResponse, type Page, type Viewport } from 'puppeteer'
import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'
import { untilAborted } from './until-aborted.ts'
import { UrlNotAllowedError } from './url-not-allowed-error.ts'

const NAVIGATION_TIMEOUT_MS = 30_000
/** A page that never falls silent (polling, video) is taken as it is after this time, in milliseconds. */
const QUIET_TIMEOUT_MS = 5000
const QUIET_MS = 500

const UNSAFE_REDIRECT = 'it leads to an address that is neither http nor https'

export interface OpenPageOptions {
  url: string
  viewport: Viewport
  /** Lets our own script work where the page's policy forbids what it needs (Trusted Types). @default false */
  bypassPolicy?: boolean
}

/** A page as it was opened, and where redirects have led. */
export interface OpenedPage {
  page: Page
  url: string
  title: string
}

type PageContext = Pick<OperationContext, 'browser' | 'urls' | 'signal'>

/**
 * Opens an address in the job's browser and waits until the page has settled, or long enough. Refuses what the {@link UrlGuard}
 * refuses, at the start and after redirects, and pages that answer with an error.
 */
export function openPage(ctx: PageContext, options: OpenPageOptions): Promise<OpenedPage> {
  return untilAborted(ctx.signal, open(ctx, options))
}

async function open(
  ctx: PageContext,
  { url, viewport, bypassPolicy = false }: OpenPageOptions,
): Promise<OpenedPage> {
  const target = (await ctx.urls.check(url)).url
  const page = await ctx.browser().newPage()
  page.setDefaultTimeout(NAVIGATION_TIMEOUT_MS)
  // A dialog holds up its page until somebody answers, and nobody would.
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined))
  // A window that a page opens lies on top of it, and what lies below is never drawn.
  page.on('popup', (popup) => void popup?.close().catch(() => undefined))
  await page.setBypassCSP(bypassPolicy)
  await page.setViewport(viewport)

  const visited: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) visited.push(request.url())
  })
  const response = await navigate(page, target.href).catch(async (error: unknown) => {
    await checkVisited(ctx, visited)
    throw explain(error, target)
  })
  await checkVisited(ctx, visited)
  checkAnswer(response, target)
  await settle(page)
  // A script may have led the page elsewhere meanwhile.
  await checkVisited(ctx, visited)
  return { page, url: page.url(), title: (await page.title()).trim() }
}

async function navigate(page: Page, url: string): Promise<HTTPResponse | null> {
  return page.goto(url, { waitUntil: 'domcontentloaded', timeout: NAVIGATION_TIMEOUT_MS })
}

/** A redirect to a refused address has reached nothing but the proxy; its error is to be the one of the address itself. */
async function checkVisited(
  { urls }: Pick<OperationContext, 'urls'>,
  visited: readonly string[],
): Promise<void> {
  for (const url of visited) await urls.check(url)
}

function checkAnswer(response: HTTPResponse | null, target: URL): void {
  const status = response?.status() ?? 200
  if (status < 400) return
  const message = `${target.host} answered with status ${status}.`
  if (status >= 500 || status === 408 || status === 429) throw new Error(message)
  throw new FinalError(message, { code: 'page_not_available' })
}

/** Chromium's words for the reason (net::ERR_NAME_NOT_RESOLVED) are kept; the address is shortened to its host. */
function explain(error: unknown, target: URL): Error {
  if (error instanceof TimeoutError) {
    return new Error(`${target.host} did not answer within ${NAVIGATION_TIMEOUT_MS} ms.`, { cause: error })
  }
  const reason = error instanceof Error ? /net::[A-Z_]+/.exec(error.message)?.[0] : undefined
  if (reason === 'net::ERR_UNSAFE_REDIRECT') return new UrlNotAllowedError(target.origin, UNSAFE_REDIRECT)
  if (reason === 'net::ERR_ABORTED') {
    const message = `${target.host} answered with something that is no page: a download, nothing, or a way to an address that no page has.`
    return new FinalError(message, { code: 'page_not_available', cause: error })
  }
  return new Error(`${target.host} could not be opened${reason ? ` (${reason})` : ''}.`, { cause: error })
}

async function settle(page: Page): Promise<void> {
  try {
    await page.waitForNetworkIdle({ idleTime: QUIET_MS, timeout: QUIET_TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error
  }
}
