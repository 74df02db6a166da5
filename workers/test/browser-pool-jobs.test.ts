import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@headway/test-kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BrowserWorkerMemory, BrowserWorkerRequest } from './support/browser-worker-main.ts'
import { Deployment } from './support/deployment.ts'
import { OwnTmpDir } from './support/own-tmp-dir.ts'
import { browserProcesses } from './support/processes.ts'
import { WebSite } from './support/web-site.ts'

const JOBS = 100
const JOBS_PER_KILL = 10
const program = fileURLToPath(new URL('support/browser-worker-main.ts', import.meta.url))

let tmp: OwnTmpDir
let site: WebSite
let deployment: Deployment
let worker: ChildProcess
beforeEach(async () => {
  deployment = await Deployment.open()
  tmp = await OwnTmpDir.open()
  site = (await WebSite.open()).page('/', '<title>Here</title>')
  worker = await startWorkerProcess()
})
afterEach(async () => {
  worker.kill('SIGKILL')
  await site.close()
  await deployment.close()
  await tmp.remove()
})

async function startWorkerProcess(): Promise<ChildProcess> {
  const pool = { maxBrowsers: 2, contextsPerBrowser: 2, leasesPerBrowser: 20, healthCheckMs: 1000 }
  const options = { ...deployment.workerOptions, leaseMs: 10_000, allowPrivateUrls: true, browsers: { pool } }
  const child = fork(program, {
    env: { ...process.env, WORKER_OPTIONS: JSON.stringify(options) },
    execArgv: ['--conditions=@headway/source', '--expose-gc'],
  })
  expect(await once(child, 'message')).toEqual(['ready', undefined])
  return child
}

function ask(request: BrowserWorkerRequest): void {
  worker.send(request)
}

async function memory(): Promise<BrowserWorkerMemory> {
  const answer = once(worker, 'message')
  ask('memory')
  const [message] = (await answer) as [BrowserWorkerMemory]
  return message
}

function completed(): number {
  return deployment.tap.ofUser(deployment.userId).filter(({ type }) => type === 'JOB_COMPLETED').length
}

/** Kills a browser: its main process, as the kernel does that is out of memory, or all of it. */
async function killBrowser(whole: boolean): Promise<void> {
  const leader = await waitFor(async () =>
    (await browserProcesses(tmp.path)).find(({ pid, groupId }) => pid === groupId),
  )
  process.kill(whole ? -leader.groupId : leader.pid, 'SIGKILL')
}

it('100 jobs complete while a browser is killed every 10, in flat memory, and leave nothing behind', async () => {
  const jobIds: string[] = []
  for (let n = 0; n < JOBS; n += 1) jobIds.push(await deployment.createJob('visit-page', { url: site.url() }))

  const samples: (BrowserWorkerMemory & { processes: number })[] = []
  for (let goal = JOBS_PER_KILL; goal <= JOBS; goal += JOBS_PER_KILL) {
    await waitFor(() => completed() >= goal - JOBS_PER_KILL / 2, { timeoutMs: 60_000 })
    await killBrowser(goal % 20 === 0)
    await waitFor(() => completed() >= goal, { timeoutMs: 60_000 })
    samples.push({ ...(await memory()), processes: (await browserProcesses(tmp.path)).length })
  }

  const jobs = await Promise.all(jobIds.map((jobId) => deployment.view(jobId)))
  expect(new Set(jobs.map(({ state }) => state))).toEqual(new Set(['completed']))
  expect(jobs.every(({ result }) => (result as { title: string }).title === 'Here')).toBe(true)
  // The kills have hit jobs, and were told to them.
  const retried = jobs.filter(({ attempt }) => attempt > 1)
  expect(retried.length).toBeGreaterThan(3)

  const [early, late] = [samples.slice(2, 5), samples.slice(7)]
  const most = (of: typeof samples, field: keyof (typeof samples)[number]) =>
    Math.max(...of.map((sample) => sample[field]))
  expect(most(late, 'heapMb')).toBeLessThan(most(early, 'heapMb') + 20)
  expect(most(late, 'rssMb')).toBeLessThan(most(early, 'rssMb') + 60)
  expect(most(late, 'processes')).toBeLessThan(most(early, 'processes') + 25)

  ask('close')
  expect(await once(worker, 'exit')).toEqual([0, null])
  expect(await browserProcesses(tmp.path)).toEqual([])
  expect(await tmp.list()).toEqual([])
}, 240_000)
