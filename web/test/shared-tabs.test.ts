import { uniqueUserId } from '@headway/test-kit'
import type { Page } from 'puppeteer'
import { afterEach, expect, it } from 'vitest'
import type { Device } from './support/device.ts'
import { JobWitness } from './support/job-witness.ts'
import { Stage } from './support/stage.ts'

const METRICS_TOKEN = 'a-token-for-the-metrics'
const PATIENCE = { timeout: 60_000 }

const stage = Stage.forFile({
  env: { METRICS_TOKEN },
  prepare: (deployment) => deployment.startWorker(),
})
let witness: JobWitness | undefined

afterEach(() => {
  witness?.close()
  witness = undefined
})

/** Connections of pages; the witness has one of its own. */
async function connections(): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const text = await (await fetch(`${stage.url}/metrics`, { headers })).text()
  return Number(/^headway_connections(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]) - (witness ? 1 : 0)
}

/** A job that waits to be answered. */
async function askingJob(steps: number): Promise<{ jobId: string; seen: JobWitness }> {
  const jobId = await stage.user.start('rehearse', { steps, stepMs: 100, chunkBytes: 500, ask: 1 })
  witness = new JobWitness(stage.url, stage.user.userId, jobId)
  return { jobId, seen: witness }
}

async function newTab(device: Device): Promise<Page> {
  const tab = await device.page.browserContext().newPage()
  tab.setDefaultTimeout(60_000)
  return tab
}

async function signIn(tab: Page, jobId: string, userId = stage.user.userId): Promise<void> {
  await tab.goto(`${stage.url}/jobs/${jobId}`)
  // A tab in the background draws nothing, and what is not drawn can't be clicked.
  await tab.bringToFront()
  await tab.locator('input[name="userId"]').fill(userId)
  await tab.locator('::-p-aria(Sign in)').click()
}

/** The durable events behind the answer, as a tab's timeline has them. */
async function eventsOf(tab: Page): Promise<string[]> {
  const types = await tab.$$eval('[data-event]', (lines) =>
    lines.map((line) => line.getAttribute('data-event') ?? ''),
  )
  const durable = types.filter((type) => type !== 'JOB_PROGRESS' && type !== 'JOB_CHUNK')
  return durable.slice(durable.lastIndexOf('JOB_ANSWERED'))
}

/** The tab shows the job's end, each event once, in the order of its channel. */
async function expectWhole(tab: Page, seen: JobWitness): Promise<void> {
  await expect.poll(() => seen.textSha256, PATIENCE).toBeDefined()
  const types = seen.events.map((event) => event.replace(/ .*$/, ''))
  await tab.bringToFront()
  await tab.waitForSelector('.job-page[data-state="completed"]')
  await expect.poll(() => eventsOf(tab), PATIENCE).toEqual(types.slice(types.lastIndexOf('JOB_ANSWERED')))
}

it.each([
  ['shared workers', () => Reflect.deleteProperty(globalThis, 'SharedWorker')],
  ['locks', () => Reflect.deleteProperty(Navigator.prototype, 'locks')],
])(
  'has a connection for each tab in a browser without %s (U7)',
  async (_, remove) => {
    const { jobId, seen } = await askingJob(5)
    const device = await stage.take()
    const tabs = [await newTab(device), await newTab(device)]
    for (const tab of tabs) {
      await tab.evaluateOnNewDocument(remove)
      await signIn(tab, jobId)
      await tab.waitForSelector('.job-page[data-state="waiting"]')
    }
    await expect.poll(connections, PATIENCE).toBe(2)
    await seen.answer()
    for (const tab of tabs) await expectWhole(tab, seen)
  },
  240_000,
)

it('takes another user on, and leaves the first to the other tab, when one signs out and another in (U4)', async () => {
  const { jobId, seen } = await askingJob(5)
  const device = await stage.take()
  const [leaving, staying] = [await newTab(device), await newTab(device)]
  for (const tab of [leaving, staying]) {
    await signIn(tab, jobId)
    await tab.waitForSelector('.job-page[data-state="waiting"]')
  }
  await expect.poll(connections, PATIENCE).toBe(1)
  await leaving.bringToFront()
  await leaving.locator('.user-button').click()
  await leaving.locator('::-p-aria(Sign out)').click()
  await leaving.waitForSelector('input[name="userId"]')
  await leaving.locator('input[name="userId"]').fill(uniqueUserId())
  await leaving.locator('::-p-aria(Sign in)').click()
  await leaving.waitForFunction(() => document.body.textContent?.includes('There is no such job'))
  await expect.poll(connections, PATIENCE).toBe(2)
  await seen.answer()
  await expectWhole(staying, seen)
  await leaving.bringToFront()
  expect(await leaving.$$('[data-event]')).toHaveLength(0)
  await leaving.close()
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)

it('brings a tab that was frozen up to date over the connection that the others kept (U8)', async () => {
  const { jobId, seen } = await askingJob(20)
  const device = await stage.take()
  const [frozen, awake] = [await newTab(device), await newTab(device)]
  for (const tab of [frozen, awake]) {
    await signIn(tab, jobId)
    await tab.waitForSelector('.job-page[data-state="waiting"]')
  }
  await expect.poll(connections, PATIENCE).toBe(1)
  const session = await frozen.createCDPSession()
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  const before = await eventsOf(frozen)
  await seen.answer()
  await expectWhole(awake, seen)
  expect(await eventsOf(frozen)).toEqual(before)

  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await expectWhole(frozen, seen)
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)
