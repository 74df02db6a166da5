import { uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { expectTimeline } from './support/expect-timeline.ts'
import { JobTab } from './support/job-tab.ts'
import { JobWitness } from './support/job-witness.ts'
import { Stage } from './support/stage.ts'

const TABS = 10
const PATIENCE = { timeout: 60_000 }

const stage = Stage.forFile({ prepare: (deployment) => deployment.startWorker() })

/** A job that waits to be answered, and tabs of one browser that show it. */
async function openTabs({
  steps,
  count = 2,
  change,
}: {
  steps: number
  count?: number
  change?: () => unknown
}) {
  const { userId } = stage.user
  const jobId = await stage.user.start('rehearse', { steps, stepMs: 100, chunkBytes: 500, ask: 1 })
  const witness = new JobWitness(stage.url, userId, jobId)
  onTestFinished(() => witness.close())
  const device = await stage.take()
  const tabs: JobTab[] = []
  while (tabs.length < count) {
    const tab = await JobTab.open(device, change)
    await tab.signIn(stage.url, jobId, userId)
    tabs.push(tab)
  }
  for (const tab of tabs) await tab.waitForQuestion()
  return { jobId, device, tabs, witness }
}

/** Connections of pages; the witness has one of its own. */
const connections = async () => (await stage.deployment.connections()) - 1

it('has one connection for ten tabs, which all show every event once and in order, also when some are closed', async () => {
  const { tabs, witness } = await openTabs({ steps: 20, count: TABS })
  await expect.poll(connections, PATIENCE).toBe(1)
  await witness.answer()
  // The first one had given its token to the connection.
  for (const { page } of tabs.splice(0, 3)) await page.close()
  for (const tab of tabs) await expectTimeline(tab, witness)
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)

it('goes on in all tabs when what they share is killed', async () => {
  const { device, tabs, witness } = await openTabs({ steps: 20, count: TABS })
  await witness.answer()
  await tabs[0]!.page.waitForSelector('[data-event="JOB_STEP"], [data-event="JOB_CHECKPOINT"]')
  const session = await device.page.browser().target().createCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const workers = targetInfos.filter(({ type }) => type === 'shared_worker')
  expect(workers).toHaveLength(1)
  for (const { targetId } of workers) await session.send('Target.closeTarget', { targetId })
  for (const tab of tabs) await expectTimeline(tab, witness)
}, 240_000)

it('has a connection for each user, also within one browser', async () => {
  const { jobId, device, tabs } = await openTabs({ steps: 2 })
  await expect.poll(connections, PATIENCE).toBe(1)
  const other = await JobTab.open(device)
  await other.signIn(stage.url, jobId, uniqueUserId())
  await other.waitForNoJob()
  await expect.poll(connections, PATIENCE).toBe(2)
  for (const { page } of tabs) await page.close()
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)

it('takes another user on, and leaves the first to the other tab, when one signs out and another in (U4)', async () => {
  const { tabs, witness } = await openTabs({ steps: 5 })
  const [leaving, staying] = tabs as [JobTab, JobTab]
  await expect.poll(connections, PATIENCE).toBe(1)
  await leaving.page.bringToFront()
  await leaving.page.locator('.user-button').click()
  await leaving.page.locator('::-p-aria(Sign out)').click()
  await leaving.fillIn(uniqueUserId())
  await leaving.waitForNoJob()
  await expect.poll(connections, PATIENCE).toBe(2)
  await witness.answer()
  await expectTimeline(staying, witness)
  expect(await leaving.events()).toEqual([])
  await leaving.page.close()
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)

it('brings a tab that was frozen up to date over the connection that the others kept (U8)', async () => {
  const { tabs, witness } = await openTabs({ steps: 20 })
  const [frozen, awake] = tabs as [JobTab, JobTab]
  await expect.poll(connections, PATIENCE).toBe(1)
  const session = await frozen.page.createCDPSession()
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  const before = await frozen.events()
  await witness.answer()
  await expectTimeline(awake, witness)
  expect(await frozen.events()).toEqual(before)

  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await expectTimeline(frozen, witness)
  await expect.poll(connections, PATIENCE).toBe(1)
}, 240_000)

it.each([
  ['shared workers', () => Reflect.deleteProperty(globalThis, 'SharedWorker')],
  ['locks', () => Reflect.deleteProperty(Navigator.prototype, 'locks')],
])(
  'has a connection for each tab in a browser without %s (U7)',
  async (_, change) => {
    const { tabs, witness } = await openTabs({ steps: 5, change })
    await expect.poll(connections, PATIENCE).toBe(2)
    await witness.answer()
    for (const tab of tabs) await expectTimeline(tab, witness)
  },
  240_000,
)
