import { fileURLToPath } from 'node:url'
import { uniqueUserId } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ApiUser } from './support/api-user.ts'
import { Deployment } from './support/deployment.ts'
import { DeviceDrawer } from './support/device-drawer.ts'
import { expectWhole } from './support/expect-whole.ts'
import { JobPage } from './support/job-page.ts'
import { JobWitness } from './support/job-witness.ts'

const page = fileURLToPath(new URL('../../packages/react/test/job-page/', import.meta.url))
const METRICS_TOKEN = 'a-token-for-the-metrics'

let deployment: Deployment
let drawer: DeviceDrawer
let user: ApiUser
let witness: JobWitness | undefined

beforeAll(async () => {
  deployment = await Deployment.open({ page, env: { METRICS_TOKEN } })
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

/** A job that writes text in each of its steps, and the page of it in a tab, while it is under way. */
async function underWay(steps: number) {
  const jobId = await user.start('rehearse', { steps, stepMs: 100, chunkBytes: 3_000, ask: 1 })
  witness = new JobWitness(deployment.url, user.userId, jobId)
  const tab = new JobPage(await drawer.take())
  await tab.open(deployment.url, user.userId, jobId)
  await tab.waitForState('waiting')
  await witness.answer()
  await tab.waitForSteps(2)
  await tab.forget()
  const ended = () => user.waitForJob(jobId, ({ state }) => state === 'completed')
  return { jobId, tab, witness, ended }
}

it('shows what came while its tab was frozen, once and in order, and is not live before', async () => {
  const { tab, witness, ended } = await underWay(30)
  const session = await tab.page.createCDPSession()
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  const before = await tab.events()
  await ended()
  expect(await tab.events()).toEqual(before)

  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await expectWhole(tab, witness)
  const { freshnesses, pageEvents, heard } = await tab.record()
  expect(pageEvents).toEqual(['freeze', 'resume'])
  expect(freshnesses[0]).not.toBe('live')
  expect(freshnesses).toContain('stale')
  expect(freshnesses.at(-1)).toBe('live')
  expect(new Set(heard).size).toBe(heard.length)
})

it('goes on where it was when it comes out of the back/forward cache', async () => {
  const { tab, witness, ended } = await underWay(30)
  await tab.page.goto(`${deployment.url}/health`)
  await ended()
  await tab.page.goBack()
  await expectWhole(tab, witness)
  const { freshnesses, pageEvents, heard } = await tab.record()
  expect(pageEvents).toContain('pageshow persisted')
  expect(freshnesses.at(-1)).toBe('live')
  expect(new Set(heard).size).toBe(heard.length)
})

it('has the whole text when it is reloaded in mid-stream, again and again', async () => {
  const { tab, witness, ended } = await underWay(60)
  for (const step of [5, 15, 30]) {
    await tab.waitForSteps(step)
    await tab.page.reload()
    await tab.waitForFreshness('live')
  }
  await ended()
  await expectWhole(tab, witness)
  await tab.page.reload()
  await tab.waitForFreshness('live')
  expect(await tab.textSha256()).toBe(witness.textSha256)
})

it('lets go of its connection when its tab is closed, and shows the whole in another one', async () => {
  const { jobId, tab, witness, ended } = await underWay(60)
  const closed = new JobPage(await drawer.take())
  await closed.open(deployment.url, user.userId, jobId)
  // The witness has one too.
  await expect.poll(openConnections).toBe(3)
  await closed.page.close()
  await expect.poll(openConnections).toBe(2)
  await ended()
  await expectWhole(tab, witness)

  const opened = new JobPage(await drawer.take())
  await opened.open(deployment.url, user.userId, jobId)
  await opened.waitForState('completed')
  expect(await opened.textSha256()).toBe(witness.textSha256)
})

async function openConnections(): Promise<number> {
  const response = await fetch(`${deployment.url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  })
  return Number(/^headway_connections(?:\{[^}]*\})? (\d+)$/m.exec(await response.text())?.[1])
}
