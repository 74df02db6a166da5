import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@headway/test-kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isGroupRunning } from '../src/browser/process-group.ts'
import { removeLeftovers } from '../src/browser/remove-leftovers.ts'
import { WorkerFolder } from '../src/browser/worker-folder.ts'
import { OwnTmpDir } from './support/own-tmp-dir.ts'
import { browserProcesses } from './support/processes.ts'
import { testLogger } from './support/test-logger.ts'

let tmp: OwnTmpDir
const owners: ChildProcess[] = []
beforeEach(async () => {
  tmp = await OwnTmpDir.open()
})
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL')
  await waitFor(async () => (await browserProcesses(tmp.path)).length === 0, { timeoutMs: 10_000 })
  await tmp.remove()
})

function moduleOf(name: string): string {
  return JSON.stringify(fileURLToPath(new URL(`../src/browser/${name}.ts`, import.meta.url)))
}

/** Another process with a pool of its own and one lease. */
async function startOwner(): Promise<{ owner: ChildProcess; browserPid: number }> {
  const script = `
    const { BrowserPool } = await import(${moduleOf('browser-pool')})
    const { findChromium } = await import(${moduleOf('find-chromium')})
    const silent = { debug() {}, info() {}, warn() {}, error() {} }
    const pool = new BrowserPool({ chromium: await findChromium(), logger: silent })
    const lease = await pool.acquire({ userId: 'ann', signal: new AbortController().signal, deadlineMs: 60_000 })
    const page = await lease.context.newPage()
    console.log(pool.pids[0])
    for await (const _ of process.stdin) console.log(await page.evaluate('1 + 1'))`
  const args = ['--conditions=@headway/source', '--input-type=module', '--eval', script]
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  owners.push(owner)
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
  return { owner, browserPid: Number(line) }
}

it('a worker that is killed takes its browsers along, and its folder goes with the next start', async () => {
  const { owner } = await startOwner()
  expect(await tmp.list()).toHaveLength(1)
  owner.kill('SIGKILL')
  await waitFor(async () => (await browserProcesses(tmp.path)).length === 0)
  await removeLeftovers(testLogger)
  expect(await tmp.list()).toEqual([])
})

it.runIf(process.platform === 'linux')('a browser that survived its worker is killed', async () => {
  const { owner, browserPid } = await startOwner()
  // Frozen, it does not notice that its pipe has ended.
  process.kill(-browserPid, 'SIGSTOP')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(await browserProcesses(tmp.path)).not.toEqual([])
  await removeLeftovers(testLogger)
  // Not each of its processes has a command line that tells whose it is.
  await waitFor(async () => !(await isGroupRunning(browserPid)))
  expect(await tmp.list()).toEqual([])
})

it('what belongs to a living worker stays: of another process, of this one, and of a frozen one', async () => {
  const [{ owner, browserPid }, { owner: frozen, browserPid: frozenPid }] = await Promise.all([
    startOwner(),
    startOwner(),
  ])
  const own = await WorkerFolder.create()
  frozen.kill('SIGSTOP')
  const before = (await tmp.list()).toSorted()
  expect(before).toHaveLength(3)

  await removeLeftovers(testLogger)

  expect((await tmp.list()).toSorted()).toEqual(before)
  const groups = new Set((await browserProcesses(tmp.path)).map(({ groupId }) => groupId))
  expect(groups).toEqual(new Set([browserPid, frozenPid]))
  const answer = once(createInterface(owner.stdout!), 'line')
  owner.stdin!.write('\n')
  expect(await answer).toEqual(['2'])
  await own.remove()
})

it('a folder that is just being made stays, and so does what is not ours', async () => {
  const names = ['headway-chromium-abc123', 'something-else']
  for (const name of names) await mkdir(join(tmp.path, name))
  await removeLeftovers(testLogger)
  expect((await tmp.list()).toSorted()).toEqual(names)
  await rm(join(tmp.path, names[0]!), { recursive: true })
})

it('a start does not fail for a folder that cannot be looked at', async () => {
  await expect(removeLeftovers(testLogger, join(tmp.path, 'nowhere'))).resolves.toBeUndefined()
})
