import { fileURLToPath } from 'node:url'
import { FaultProxy, uniqueUserId } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ApiUser } from './support/api-user.ts'
import { Deployment } from './support/deployment.ts'
import { DeviceDrawer } from './support/device-drawer.ts'
import { expectWhole } from './support/expect-whole.ts'
import { JobPage } from './support/job-page.ts'
import { JobWitness } from './support/job-witness.ts'
import type { RunningProgram } from './support/running-program.ts'

const page = fileURLToPath(new URL('../../packages/react/test/job-page/', import.meta.url))

/** A server that is on this machine is there without a network, so this one has a name. */
const HOST = 'headway.test'

let deployment: Deployment
let worker: RunningProgram
let drawer: DeviceDrawer
let proxy: FaultProxy
let user: ApiUser
let witness: JobWitness | undefined

beforeAll(async () => {
  deployment = await Deployment.open({ page })
  worker = await deployment.startWorker()
  proxy = await FaultProxy.start({ targets: [Number(new URL(deployment.url).port)] })
  drawer = await DeviceDrawer.open([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`])
})

afterAll(async () => {
  await drawer?.close()
  await proxy?.stop()
  await deployment?.close()
})

beforeEach(() => {
  user = new ApiUser(deployment.url, uniqueUserId())
})

afterEach(async () => {
  witness?.close()
  await drawer.putBack()
})

/** A job that writes text in each of its steps, and the page of it behind the proxy, while it is under way. */
async function underWay(steps: number) {
  const jobId = await user.start('rehearse', { steps, stepMs: 100, chunkBytes: 3_000, ask: 1 })
  witness = new JobWitness(deployment.url, user.userId, jobId)
  const tab = new JobPage(await drawer.take())
  await tab.open(`http://${HOST}:${proxy.port}`, user.userId, jobId)
  await tab.waitForState('waiting')
  await witness.answer()
  await tab.waitForSteps(2)
  await tab.forget()
  const ended = () => user.waitForJob(jobId, ({ state }) => state === 'completed')
  return { tab, witness, ended }
}

it('waits without trying while its browser is offline, and shows what it missed once that is online', async () => {
  const { tab, witness, ended } = await underWay(30)
  await tab.page.setOfflineMode(true)
  await tab.waitForFreshness('stale')
  await ended()
  // The loss was followed by no attempt, which would have failed and been followed by another wait.
  expect((await tab.record()).waitsMs).toHaveLength(1)
  await tab.waitForFreshness('stale')

  await tab.page.setOfflineMode(false)
  await expectWhole(tab, witness)
  const { freshnesses, pageEvents, heard } = await tab.record()
  expect(pageEvents).toEqual(['offline', 'online'])
  expect(freshnesses[freshnesses.indexOf('stale') + 1]).toBe('catching-up')
  expect(freshnesses.at(-1)).toBe('live')
  expect(new Set(heard).size).toBe(heard.length)
})

it('shows everything once and in order, however often its connection is cut', async () => {
  const { tab, witness, ended } = await underWay(60)
  for (const step of [5, 20, 35]) {
    await tab.waitForSteps(step)
    expect(proxy.reset()).toBeGreaterThan(0)
    await tab.waitForFreshness('stale')
  }
  await ended()
  await expectWhole(tab, witness)
  const { freshnesses, heard } = await tab.record()
  expect(freshnesses.filter((freshness) => freshness === 'stale')).toHaveLength(3)
  expect(new Set(heard).size).toBe(heard.length)
})

it('shows the next attempt, and nothing twice, when the worker is killed', async () => {
  const { tab, witness, ended } = await underWay(30)
  const attempt = witness.attempts.at(-1) ?? 0
  await worker.kill()
  worker = await deployment.startWorker()
  await ended()
  await expectWhole(tab, witness)
  expect(witness.attempts.at(-1)).toBeGreaterThan(attempt)
  expect(await tab.steps()).toEqual(Array.from({ length: 30 }, (_, index) => `step-${index + 1} completed`))
})
