import { uniqueUserId } from '@headway/test-kit'
import type { Page } from 'puppeteer'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ApiUser } from './support/api-user.ts'
import { Deployment } from './support/deployment.ts'
import { DeviceDrawer } from './support/device-drawer.ts'
import type { Device } from './support/device.ts'
import { JobWitness } from './support/job-witness.ts'

const METRICS_TOKEN = 'a-token-for-the-metrics'
const TABS = 10

let deployment: Deployment
let drawer: DeviceDrawer
let witness: JobWitness | undefined
let user: ApiUser

beforeAll(async () => {
  deployment = await Deployment.open({ env: { METRICS_TOKEN } })
  await deployment.startWorker()
  drawer = await DeviceDrawer.open()
})

afterAll(async () => {
  await drawer?.close()
  await deployment?.close()
})

beforeEach(() => {
  user = new ApiUser(deployment.url, uniqueUserId())
})

afterEach(async () => {
  witness?.close()
  await drawer.putBack()
})

/** Connections of pages; the witness has one of its own. */
async function connections(): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const text = await (await fetch(`${deployment.url}/metrics`, { headers })).text()
  return Number(/^headway_connections(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]) - 1
}

async function openTab(device: Device, userId: string, jobId: string): Promise<Page> {
  const tab = await device.page.browserContext().newPage()
  tab.setDefaultTimeout(60_000)
  await tab.goto(`${deployment.url}/jobs/${jobId}`)
  await tab.locator('input[name="userId"]').fill(userId)
  await tab.locator('::-p-aria(Sign in)').click()
  return tab
}

/** A job that waits to be answered, and tabs of one browser that show it. */
async function openTabs(steps: number) {
  const { userId } = user
  const jobId = await user.start('rehearse', { steps, stepMs: 100, chunkBytes: 500, ask: 1 })
  witness = new JobWitness(deployment.url, userId, jobId)
  const device = await drawer.take()
  const tabs: Page[] = []
  while (tabs.length < TABS) tabs.push(await openTab(device, userId, jobId))
  for (const tab of tabs) await tab.waitForSelector('.job-page[data-state="waiting"]')
  return { jobId, device, tabs, witness }
}

/** The durable events behind the answer, as a tab's timeline has them. */
async function eventsOf(tab: Page): Promise<string[]> {
  const types = await tab.$$eval('[data-event]', (lines) =>
    lines.map((line) => line.getAttribute('data-event')),
  )
  const durable = types.filter((type) => type !== 'JOB_PROGRESS' && type !== 'JOB_CHUNK')
  return durable.slice(durable.lastIndexOf('JOB_ANSWERED')).filter((type) => type !== null)
}

async function expectAll(tabs: readonly Page[], seen: JobWitness): Promise<void> {
  await expect.poll(() => seen.textSha256, { timeout: 60_000 }).toBeDefined()
  const types = seen.events.map((event) => event.replace(/ v?\d+$/, ''))
  const expected = types.slice(types.lastIndexOf('JOB_ANSWERED'))
  for (const tab of tabs) {
    await tab.bringToFront()
    await tab.waitForSelector('.job-page[data-state="completed"]')
    await expect.poll(() => eventsOf(tab), { timeout: 30_000 }).toEqual(expected)
  }
}

it('has one connection for ten tabs, which all show every event once and in order, also when some are closed', async () => {
  const { tabs, witness: seen } = await openTabs(20)
  await expect.poll(connections).toBe(1)
  await seen.answer()
  // The first one had given its token to the connection.
  for (const tab of tabs.splice(0, 3)) await tab.close()
  await expectAll(tabs, seen)
  expect(await connections()).toBe(1)
}, 240_000)

it('goes on in all tabs when what they share is killed', async () => {
  const { device, tabs, witness: seen } = await openTabs(20)
  await seen.answer()
  await tabs[0]!.waitForSelector('[data-event="JOB_STEP"], [data-event="JOB_CHECKPOINT"]')
  const session = await device.page.browser().target().createCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const workers = targetInfos.filter(({ type }) => type === 'shared_worker')
  expect(workers).toHaveLength(1)
  for (const { targetId } of workers) await session.send('Target.closeTarget', { targetId })
  await expectAll(tabs, seen)
}, 240_000)

it('has a connection for each user, also within one browser', async () => {
  const { jobId, device, tabs } = await openTabs(2)
  await expect.poll(connections).toBe(1)
  const other = await openTab(device, uniqueUserId(), jobId)
  await other.waitForFunction(() => document.body.textContent?.includes('There is no such job'))
  await expect.poll(connections).toBe(2)
  for (const tab of tabs) await tab.close()
  await expect.poll(connections).toBe(1)
}, 240_000)
