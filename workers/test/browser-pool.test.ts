import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { waitFor } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserLease } from '../src/browser/browser-lease.ts'
import { BrowserPool, type AcquireOptions, type BrowserPoolOptions } from '../src/browser/browser-pool.ts'
import { BrowserBusyError, BrowserLeaseExpiredError, BrowserUnavailableError } from '../src/browser/errors.ts'
import { findChromium } from '../src/browser/find-chromium.ts'
import { OwnTmpDir } from './support/own-tmp-dir.ts'
import { browserProcesses } from './support/processes.ts'
import { testLogger } from './support/test-logger.ts'
import { WebSite } from './support/web-site.ts'

const never = new AbortController().signal

let tmp: OwnTmpDir
let pool: BrowserPool
beforeAll(async () => {
  tmp = await OwnTmpDir.open()
})
afterEach(() => pool.close())
afterAll(() => tmp.remove())

async function openPool(options: Partial<BrowserPoolOptions> = {}): Promise<BrowserPool> {
  pool = new BrowserPool({ chromium: await findChromium(), logger: testLogger, ...options })
  return pool
}

function acquire(userId = 'ann', options: Partial<AcquireOptions> = {}): Promise<BrowserLease> {
  return pool.acquire({ userId, signal: never, deadlineMs: 60_000, ...options })
}

describe('the size of a pool', () => {
  it('has no browser before the first lease, and none beyond its size', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 2 })
    expect(pool.pids).toEqual([])
    expect(await tmp.list()).toEqual([])
    const leases = await Promise.all([acquire(), acquire()])
    expect(pool.pids).toHaveLength(1)

    const order: string[] = []
    const third = acquire().then((lease) => (order.push('third'), lease))
    const fourth = acquire().then((lease) => (order.push('fourth'), lease))
    await leases[0].release()
    await (await third).release()
    await (await fourth).release()
    expect(order).toEqual(['third', 'fourth'])
    await leases[1].release()
    expect(pool.active).toBe(0)
  })

  it('replaces a browser after its leases, also while it is busy', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 2, leasesPerBrowser: 2 })
    const first = await acquire()
    const [pid] = pool.pids
    await (await acquire()).release()
    const third = await acquire()
    expect(pool.pids).toHaveLength(2)
    expect(await evaluate(first)).toBe(2)
    await first.release()
    await waitFor(() => !pool.pids.includes(pid!))
    await third.release()
  })

  it.runIf(process.platform === 'linux')(
    'replaces a browser that holds too much memory, after its last lease',
    async () => {
      const limits = { memoryPerBrowserMb: 10, leasesPerBrowser: 1_000_000 }
      await openPool({ maxBrowsers: 1, ...limits, healthCheckMs: 100 })
      const first = await acquire()
      const [pid] = pool.pids
      // The next lease goes to another one as soon as the check has seen it.
      await waitFor(async () => {
        await (await acquire()).release()
        return pool.pids.some((other) => other !== pid)
      })
      expect(await evaluate(first)).toBe(2)
      await first.release()
      await waitFor(() => !pool.pids.includes(pid!))
    },
  )

  it('leaves a browser alone that holds less memory than it may', async () => {
    await openPool({ maxBrowsers: 1, memoryPerBrowserMb: 8192, healthCheckMs: 100 })
    await (await acquire()).release()
    const before = pool.pids
    await delay(1000)
    expect(pool.pids).toEqual(before)
  })
})

describe('a wait for a lease', () => {
  it('does not stand behind the crowd of another user', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 1 })
    const held = await acquire('ann')
    const order: string[] = []
    const wait = async (userId: string): Promise<void> => {
      const lease = await acquire(userId)
      order.push(userId)
      await lease.release()
    }
    const waits = Array.from({ length: 6 }, () => wait('ann'))
    waits.push(wait('bob'), wait('eve'), wait('bob'))
    await held.release()
    await Promise.all(waits)
    expect(order.slice(0, 3).toSorted()).toEqual(['ann', 'bob', 'eve'])
    expect(order.indexOf('eve')).toBeLessThan(3)
    expect(order.lastIndexOf('bob')).toBeLessThan(5)
  })

  it('ends when it is aborted, and takes no place with it', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 1 })
    const first = await acquire()
    const waiting = new AbortController()
    const second = acquire('ann', { signal: waiting.signal })
    waiting.abort(new Error('cancelled'))
    await expect(second).rejects.toThrow('cancelled')
    await first.release()
    await (await acquire()).release()
    expect(pool.active).toBe(0)
  })

  it('ends at once when it is aborted while its browser starts', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 1 })
    const waiting = new AbortController()
    const lease = acquire('ann', { signal: waiting.signal })
    waiting.abort(new Error('cancelled'))
    await expect(lease).rejects.toThrow('cancelled')
    expect(pool.pids).toEqual([])
    await (await acquire()).release()
    await waitFor(() => pool.active === 0)
  })

  it('ends with an error worth another attempt when it takes too long', async () => {
    const script = join(tmp.path, 'never-starts')
    await writeFile(script, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    await openPool({ chromium: { executablePath: script, headless: true, env: {} }, waitMs: 300 })
    const error: unknown = await acquire().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BrowserBusyError)
    expect(error).toMatchObject({ code: 'browser_busy' })
    await pool.close()
    await rm(script)
    expect(await leftBehind()).toEqual([])
  })
})

describe('a lease', () => {
  it('is taken back at its deadline, and its pages are closed', async () => {
    await openPool()
    const lease = await acquire('ann', { deadlineMs: 2000 })
    const page = await lease.context.newPage()
    await waitFor(() => pool.active === 0)
    expect(lease.lost.reason).toBeInstanceOf(BrowserLeaseExpiredError)
    await waitFor(() => page.isClosed())
    await expect(lease.context.newPage()).rejects.toThrow(/closed|context/i)
  })

  it('may have a deadline that is longer than any timer', async () => {
    await openPool()
    const lease = await acquire('ann', { deadlineMs: 2 ** 31 + 3000 })
    expect(await evaluate(lease)).toBe(2)
    expect(lease.lost.aborted).toBe(false)
  })

  it('has nothing of any other lease: no cookies, no storage, no cache', async () => {
    const site = await WebSite.open()
    try {
      site.page('/', '<script src="/script.js"></script>', { 'set-cookie': 'known=1; Max-Age=3600' })
      const cached = { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600, immutable' }
      site.handle('/script.js', (_request, response) => response.writeHead(200, cached).end('1'))
      // In one browser, at the same time and after each other.
      await openPool({ maxBrowsers: 1 })
      const [one, two] = await Promise.all([acquire('ann'), acquire('bob')])
      expect(await visit(one, site)).toEqual({ cookie: '', stored: null, databases: 0, caches: 0 })
      expect(await visit(one, site)).toEqual({ cookie: 'known=1', stored: '1', databases: 1, caches: 1 })
      expect(site.hits.filter((path) => path === '/script.js')).toHaveLength(1)
      expect(await visit(two, site)).toEqual({ cookie: '', stored: null, databases: 0, caches: 0 })
      await one.release()
      const three = await acquire('ann')
      expect(await visit(three, site)).toEqual({ cookie: '', stored: null, databases: 0, caches: 0 })
      expect(site.hits.filter((path) => path === '/script.js')).toHaveLength(3)
      expect(pool.pids).toHaveLength(1)
    } finally {
      await site.close()
    }
  })
})

describe('the end of a pool', () => {
  it('leaves nothing behind: no process, no folder, no temporary file of the browser', async () => {
    await openPool()
    const lease = await acquire()
    expect(await browserProcesses(tmp.path)).not.toEqual([])
    await pool.close()
    expect(await leftBehind()).toEqual([])
    expect(lease.lost.reason).toBeInstanceOf(BrowserUnavailableError)
  })

  it('does not wait for a browser that is just starting, and leaves none behind', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 1 })
    // One waits for the start, the other one in the line.
    const leases = [acquire('ann'), acquire('bob')]
    const ends = Promise.allSettled(leases)
    await pool.close()
    expect(await leftBehind()).toEqual([])
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected' })
    await expect(acquire()).rejects.toBeInstanceOf(BrowserUnavailableError)
  })

  it('waits for a browser that was on its way out, also for one that does not go by itself', async () => {
    await openPool({ leasesPerBrowser: 1 })
    const lease = await acquire()
    const [pid] = pool.pids
    await lease.release()
    expect(pool.pids).toEqual([])
    process.kill(-pid!, 'SIGSTOP')
    await pool.close()
    expect(await leftBehind()).toEqual([])
  })

  it('also clears away after browsers that were killed', async () => {
    await openPool({ maxBrowsers: 1 })
    const lease = await acquire()
    process.kill(pool.pids[0]!, 'SIGKILL')
    await waitFor(() => lease.lost.aborted)
    await pool.close()
    expect(await leftBehind()).toEqual([])
  })
})

/** Processes of browsers, and temporary files. */
async function leftBehind(): Promise<unknown[]> {
  return [...(await browserProcesses(tmp.path)), ...(await tmp.list())]
}

async function evaluate(lease: BrowserLease): Promise<unknown> {
  const page = await lease.context.newPage()
  return page.evaluate('1 + 1')
}

/** What a page finds of earlier visits; it leaves something of each kind behind. */
async function visit({ context }: BrowserLease, site: WebSite): Promise<unknown> {
  const page = await context.newPage()
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join(';')
  await page.goto(site.url())
  const found: unknown = await page.evaluate(`(async () => {
    const stored = localStorage.getItem('known')
    const databases = (await indexedDB.databases()).length
    const cacheNames = (await caches.keys()).length
    localStorage.setItem('known', '1')
    await caches.open('known')
    await new Promise((resolve) => (indexedDB.open('known').onsuccess = resolve))
    return { stored, databases, caches: cacheNames }
  })()`)
  await page.close()
  return { cookie, ...(found as object) }
}
