import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BrowserPool } from '../src/browser/browser-pool.ts'
import { findChromium } from '../src/browser/find-chromium.ts'
import { testLogger } from './support/test-logger.ts'

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
      const pool = new BrowserPool({ chromium, logger: testLogger })
      try {
        const { signal } = new AbortController()
        const lease = await pool.acquire({ userId: 'ann', signal, deadlineMs: 60_000 })
        const page = await lease.context.newPage()
        await page.setContent('<h1 style="font-size:80px">Hello</h1>')
        expect((await page.screenshot()).length).toBeGreaterThan(3000)
        expect((await page.pdf()).length).toBeGreaterThan(3000)
      } finally {
        await pool.close()
      }
    } finally {
      delete process.env['XDG_CACHE_HOME']
      await rm(cache, { recursive: true, force: true })
    }
  }, 60_000)
})

describe('findChromium', () => {
  it('takes the one that is named, and says so when it is not there', async () => {
    const here = await findChromium()
    const env = { PUPPETEER_EXECUTABLE_PATH: here.executablePath, PATH: '' }
    expect(await findChromium({ env })).toMatchObject({ executablePath: here.executablePath })
    const missing = { PUPPETEER_EXECUTABLE_PATH: '/nowhere/chromium' }
    await expect(findChromium({ env: missing })).rejects.toThrow(
      '/nowhere/chromium, which cannot be executed',
    )
  })

  it('names the line to type where there is none', async () => {
    await expect(findChromium({ env: { PATH: '' }, platform: 'freebsd' })).rejects.toThrow(
      'npx puppeteer browsers install chrome',
    )
  })
})
