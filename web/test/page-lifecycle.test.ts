import { fileURLToPath } from 'node:url'
import { findChromium } from '@headway/workers'
import { expect, it } from 'vitest'
import { expectWhole } from './support/expect-whole.ts'
import { JobPage } from './support/job-page.ts'
import { jobUnderWay } from './support/job-under-way.ts'
import { Stage } from './support/stage.ts'

const page = fileURLToPath(new URL('../../packages/react/test/job-page/', import.meta.url))

// Which has no back/forward cache.
const isHeadlessShell = (await findChromium()).headless === 'shell'

const stage = Stage.forFile({
  page,
  prepare: (deployment) => deployment.startWorker(),
})

it('shows what came while its tab was frozen, once and in order, and is not live before', async () => {
  const { tab, witness, ended } = await jobUnderWay(stage, 30)
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

it.skipIf(isHeadlessShell)('goes on where it was when it comes out of the back/forward cache', async () => {
  const { tab, witness, ended } = await jobUnderWay(stage, 30)
  await tab.page.goto(`${stage.url}/health`)
  await ended()
  await tab.page.goBack()
  await expectWhole(tab, witness)
  const { freshnesses, pageEvents, heard } = await tab.record()
  expect(pageEvents).toContain('pageshow persisted')
  expect(freshnesses.at(-1)).toBe('live')
  expect(new Set(heard).size).toBe(heard.length)
})

it('has the whole text when it is reloaded in mid-stream, again and again', async () => {
  const { tab, witness, ended } = await jobUnderWay(stage, 60)
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
  const { jobId, tab, witness, ended } = await jobUnderWay(stage, 60)
  const closed = new JobPage(await stage.take())
  await closed.open(stage.url, stage.user.userId, jobId)
  // The witness has one too.
  await expect.poll(() => stage.deployment.connections()).toBe(3)
  await closed.page.close()
  await expect.poll(() => stage.deployment.connections()).toBe(2)
  await ended()
  await expectWhole(tab, witness)

  const opened = new JobPage(await stage.take())
  await opened.open(stage.url, stage.user.userId, jobId)
  await opened.waitForState('completed')
  expect(await opened.textSha256()).toBe(witness.textSha256)
})
