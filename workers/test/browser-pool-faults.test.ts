import { waitFor } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserLease } from '../src/browser/browser-lease.ts'
import type { BrowserObserver } from '../src/browser/browser-observer.ts'
import { BrowserPool, type BrowserPoolOptions } from '../src/browser/browser-pool.ts'
import { BrowserCrashedError, BrowserUnavailableError } from '../src/browser/errors.ts'
import { findChromium } from '../src/browser/find-chromium.ts'
import { OwnTmpDir } from './support/own-tmp-dir.ts'
import { browserProcesses } from './support/processes.ts'
import { testLogger } from './support/test-logger.ts'

const never = new AbortController().signal

let tmp: OwnTmpDir
let pool: BrowserPool
let gone: string[] = []
beforeAll(async () => {
  tmp = await OwnTmpDir.open()
})
afterEach(async () => {
  await pool.close()
  const leftBehind = [...(await browserProcesses(tmp.path)), ...(await tmp.list())]
  if (leftBehind.length > 0) throw new Error(`The pool left ${JSON.stringify(leftBehind)} behind.`)
})
afterAll(() => tmp.remove())

function nothing(): void {}

async function openPool(options: Partial<BrowserPoolOptions> = {}): Promise<void> {
  gone = []
  const observer: BrowserObserver = {
    onBrowserStarted: nothing,
    onBrowserGone: (reason) => void gone.push(reason),
    onStartFailed: () => void gone.push('start failed'),
    onWaiting: nothing,
    onWaited: nothing,
    onLeased: nothing,
    onReturned: nothing,
  }
  pool = new BrowserPool({ chromium: await findChromium(), logger: testLogger, observer, ...options })
}

const acquire = (userId = 'ann') => pool.acquire({ userId, signal: never, deadlineMs: 60_000 })

/** How something that never ends by itself ends. */
async function hang({ context }: BrowserLease): Promise<unknown> {
  const page = await context.newPage()
  const end = page.evaluate('new Promise(() => {})').catch((error: unknown) => error)
  return { end }
}

describe('a browser that crashes', () => {
  it.each([
    ['its main process', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['its whole group', (pid: number) => process.kill(-pid, 'SIGKILL')],
  ])(
    'fails its leases at once with an error worth another attempt, and is replaced (%s)',
    async (_what, kill) => {
      await openPool({ maxBrowsers: 1 })
      const [one, two] = await Promise.all([acquire(), acquire()])
      const { end } = (await hang(one)) as { end: Promise<unknown> }
      const [pid] = pool.pids
      kill(pid!)
      await waitFor(() => one.lost.aborted && two.lost.aborted)
      expect(one.lost.reason).toBeInstanceOf(BrowserCrashedError)
      expect(two.lost.reason).toMatchObject({ code: 'browser_crashed' })
      expect(await end).toBeInstanceOf(Error)
      const next = await acquire()
      expect(await (await next.context.newPage()).evaluate('1 + 1')).toBe(2)
      expect(pool.pids).not.toContain(pid)
      await waitFor(() => gone.length > 0)
      expect(gone).toEqual(['crashed'])
      expect(pool.active).toBe(1)
    },
  )

  it('is not noticed by whoever only asks for a lease', async () => {
    await openPool({ maxBrowsers: 1 })
    await (await acquire()).release()
    process.kill(pool.pids[0]!, 'SIGKILL')
    // The pool may not have heard of it yet.
    const lease = await acquire()
    expect(await (await lease.context.newPage()).evaluate('1 + 1')).toBe(2)
  })

  it('ends the lease of a page that crashes alone, and no other', async () => {
    await openPool({ maxBrowsers: 1 })
    const [one, two] = await Promise.all([acquire(), acquire()])
    const page = await two.context.newPage()
    const { end } = (await hang(one)) as { end: Promise<unknown> }
    const [crashing] = await one.context.pages()
    void crashing!.goto('chrome://crash').catch(() => undefined)
    await waitFor(() => one.lost.aborted)
    expect(one.lost.reason).toMatchObject({ code: 'browser_crashed' })
    expect(await end).toBeInstanceOf(Error)
    expect(two.lost.aborted).toBe(false)
    expect(await page.evaluate('1 + 1')).toBe(2)
    expect(gone).toEqual([])
  })
})

describe('a browser that no longer answers', () => {
  it('is killed with all its processes, fails its leases, and is replaced', async () => {
    await openPool({ maxBrowsers: 1, healthCheckMs: 200 })
    const lease = await acquire()
    const [pid] = pool.pids
    process.kill(-pid!, 'SIGSTOP')
    await waitFor(() => lease.lost.aborted, { timeoutMs: 20_000 })
    expect(lease.lost.reason).toMatchObject({ code: 'browser_crashed' })
    await (await acquire()).release()
    expect(pool.pids).toHaveLength(1)
    expect(pool.pids).not.toContain(pid)
    await waitFor(async () => (await browserProcesses(tmp.path)).every(({ groupId }) => groupId !== pid))
    await waitFor(() => gone.length > 0)
    expect(gone).toEqual(['unresponsive'])
  }, 45_000)
})

describe('a browser that does not start', () => {
  it('fails those who wait for it, and the next one gets another try', async () => {
    await openPool({ chromium: { executablePath: '/bin/false', headless: true, env: {} } })
    const waits = await Promise.allSettled([acquire('ann'), acquire('bob')])
    for (const wait of waits) {
      expect(wait).toMatchObject({
        status: 'rejected',
        reason: expect.any(BrowserUnavailableError) as unknown,
      })
    }
    await expect(acquire()).rejects.toThrow('/bin/false did not start')
    await waitFor(() => pool.active === 0)
    expect(gone.every((what) => what === 'start failed')).toBe(true)
  })
})
