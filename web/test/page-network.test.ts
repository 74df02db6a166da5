import { fileURLToPath } from 'node:url'
import { FaultProxy } from '@headway/test-kit'
import { afterAll, expect, it } from 'vitest'
import { expectWhole } from './support/expect-whole.ts'
import { jobUnderWay } from './support/job-under-way.ts'
import type { RunningProgram } from './support/running-program.ts'
import { Stage } from './support/stage.ts'

const page = fileURLToPath(new URL('../../packages/react/test/job-page/', import.meta.url))

/** A server that is on this machine is there without a network, so this one has a name. */
const HOST = 'headway.test'

let worker: RunningProgram
let proxy: FaultProxy

const stage = Stage.forFile({
  page,
  switches: [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`],
  prepare: async (deployment) => {
    worker = await deployment.startWorker()
    proxy = await FaultProxy.start({ targets: [Number(new URL(deployment.url).port)] })
  },
})

afterAll(() => proxy?.stop())

/** The page of the job finds it behind the proxy. */
const underWay = (steps: number) => jobUnderWay(stage, steps, `http://${HOST}:${proxy.port}`)

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
  worker = await stage.deployment.startWorker()
  await ended()
  await expectWhole(tab, witness)
  expect(witness.attempts.at(-1)).toBeGreaterThan(attempt)
  expect(await tab.steps()).toEqual(Array.from({ length: 30 }, (_, index) => `step-${index + 1} completed`))
})
