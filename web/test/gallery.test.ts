import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect, it } from 'vitest'
import type { Device, DeviceOptions } from './support/device.ts'
import { Stage } from './support/stage.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const stage = Stage.forFile()

async function openGallery(options: DeviceOptions): Promise<Device> {
  const device = await stage.signedIn(options)
  await device.page.locator('.user-button').click()
  await device.press('Gallery')
  await device.page.waitForSelector('.gallery')
  return device
}

/** What axe finds wrong by the rules of WCAG 2.1 A and AA, with the elements. */
async function violations({ page }: Device): Promise<string[]> {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations: found } = (await page.evaluate(
    `axe.run('.gallery', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })`,
  )) as AxeResults
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`),
  )
}

/** What makes the page scroll sideways. */
function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  return [...document.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`)
}

/** Keeps a picture of each part of the page. */
async function keepPictures(device: Device, name: string): Promise<void> {
  const viewport = device.page.viewport() ?? { width: 1_280 }
  for (const part of await device.page.$$('.gallery-samples')) {
    const { title, height } = await part.evaluate((element) => ({
      title: element.getAttribute('aria-label')?.toLowerCase().replaceAll(' ', '-'),
      height: element.scrollHeight,
    }))
    // The header of the console stays at the top.
    await device.page.setViewport({ ...viewport, height: height + 100 })
    await part.evaluate((element) =>
      window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 80),
    )
    await device.keepPicture(`gallery-${name}-${title}`)
  }
}

it.each([
  ['light', {}],
  ['dark', { scheme: 'dark' }],
  ['phone', { isPhone: true }],
] as const)('shows each component in each state without a fault: %s', async (name, options) => {
  const device = await openGallery(options)
  const samples = await device.page.$$eval('[data-sample]', (elements) => elements.length)
  expect(samples).toBeGreaterThan(50)
  expect(await violations(device)).toEqual([])
  expect(await device.page.evaluate(tooWide)).toEqual([])
  await keepPictures(device, name)
})

it('answers and acts by keys alone', async () => {
  const { page } = await openGallery({})
  await page.focus('[aria-label="Task activity"] [data-sample="waiting"] select')
  await page.keyboard.press('ArrowDown')
  const walk: string[] = []
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press('Tab')
    walk.push(
      await page.evaluate(
        () => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent ?? '',
      ),
    )
  }
  expect(walk.slice(0, 4)).toEqual(['parcels', 'note', 'isInsured', 'Send answer'])
})

it('shows the end of a text that grows, and keeps the place of whoever has scrolled up', async () => {
  const { page } = await openGallery({})
  const text = await page.waitForSelector('[aria-label="Task activity"] [data-sample="long words"] pre')
  if (!text) throw new Error('There is no text.')
  const frames = () =>
    page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const fromEnd = () =>
    text.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)
  const grow = () => text.$eval('span', (content) => content.append('More.\n'.repeat(20)))
  await expect.poll(fromEnd).toBeLessThan(1)
  await grow()
  await expect.poll(fromEnd).toBeLessThan(1)
  // The browser tells of the scrolling of one frame in the next, when the text may have grown again.
  await text.evaluate(async ({ firstElementChild }) => {
    for (let n = 0; n < 20; n++) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      firstElementChild?.append('In the frame.\n'.repeat(10))
      await new Promise((resolve) => setTimeout(resolve))
      firstElementChild?.append('Before the next.\n'.repeat(10))
    }
  })
  await expect.poll(fromEnd).toBeLessThan(1)

  await text.evaluate((box) => box.scrollTo(0, 10))
  await frames()
  await grow()
  await frames()
  expect(await text.evaluate(({ scrollTop }) => scrollTop)).toBe(10)
})
