import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { LauncherRun } from './launcher-run.ts'
import { processesOn } from './process-tree.ts'

const PUT_BACK = ['server put back', 'worker put back']

it('says where it listens, and on Ctrl-C stops everything in order', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await launcher.untilReady()
  expect(launcher.output).toContain(`http://localhost:${run.port}`)
  expect(launcher.output).toContain(run.dataDir)
  expect(await (await fetch(`http://127.0.0.1:${run.port}`)).text()).toBe('ready')

  launcher.child.kill('SIGINT')
  expect(await launcher.exitCode).toBe(0)
  expect(run.stops()).toEqual(PUT_BACK)
  expect(processesOn(run.dataDir)).toEqual([])
})

it('stops in order too when it is asked while it starts', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await expect.poll(() => processesOn(run.dataDir).length).toBeGreaterThan(1)
  launcher.child.kill('SIGTERM')
  expect(await launcher.exitCode).toBe(0)
  expect(processesOn(run.dataDir)).toEqual([])
})

it('refuses a second start, naming the process and the URL, and leaves the first alone', async () => {
  const run = await LauncherRun.create()
  const first = run.start()
  await first.untilReady()
  const second = run.start()
  expect(await second.exitCode).toBe(1)
  expect(second.output).toContain(String(first.child.pid))
  expect(second.output).toContain(`http://localhost:${run.port}`)
  expect((await fetch(`http://127.0.0.1:${run.port}`)).ok).toBe(true)
  first.child.kill('SIGINT')
  expect(await first.exitCode).toBe(0)
})

it('leaves nothing behind when it is killed, and lets the programs put their work back', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await launcher.untilReady()
  launcher.child.kill('SIGKILL')
  await launcher.exitCode
  expect(await run.remains()).toEqual([])
  expect(run.stops()).toEqual(PUT_BACK)
})

it('starts right after it was killed, on the same port', async () => {
  const run = await LauncherRun.create()
  const first = run.start()
  await first.untilReady()
  first.child.kill('SIGKILL')
  await first.exitCode
  const second = run.start()
  await second.untilReady()
  expect(run.stops()).toEqual(PUT_BACK)
  second.child.kill('SIGINT')
  expect(await second.exitCode).toBe(0)
  expect(processesOn(run.dataDir)).toEqual([])
})

it.each([
  ['is killed', 'SIGKILL', /The worker ended by itself \(SIGKILL\)/],
  ['exits with a code that is not 0', 'SIGUSR2', /The worker ended by itself \(code 1\)/],
] as const)('starts a program again that %s, and says so', async (_what, signal, said) => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await launcher.untilReady()
  const before = run.programPid('worker')
  process.kill(before, signal)
  await launcher.untilItSays(said)
  await expect.poll(() => run.programPid('worker'), { timeout: 5_000 }).not.toBe(before)
  launcher.child.kill('SIGINT')
  expect(await launcher.exitCode).toBe(0)
})

it.each(['postgres', 'redis'] as const)('starts %s again on the same port', async (name) => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await launcher.untilReady()
  const before = run.servicePid(name)
  process.kill(before, 'SIGKILL')
  await expect
    .poll(() => run.servicePid(name), { timeout: 10_000, interval: 100 })
    .toSatisfy((pid) => pid !== before)
  launcher.child.kill('SIGINT')
  expect(await launcher.exitCode).toBe(0)
  expect(run.stops()).toEqual(PUT_BACK)
  expect(processesOn(run.dataDir)).toEqual([])
})

it('stops at once at the second Ctrl-C; one that comes twice is no second', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start([['server'], ['worker', '--stubborn']])
  await launcher.untilReady()
  launcher.child.kill('SIGINT')
  launcher.child.kill('SIGINT')
  await expect.poll(() => run.stops()).toEqual(['server put back'])
  expect(launcher.child.exitCode).toBeNull()
  // Longer than what counts as the same Ctrl-C.
  await new Promise((resolve) => setTimeout(resolve, 600))
  launcher.child.kill('SIGINT')
  expect(await launcher.exitCode).toBe(0)
  expect(processesOn(run.dataDir)).toEqual([])
})

it('shows the warnings of its programs', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start()
  await launcher.untilReady()
  launcher.child.kill('SIGINT')
  await launcher.exitCode
  expect(launcher.output).toContain('warn  worker listens')
})

it('gives up when a program can’t start, and says why and where its log is', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start([['server', '--broken'], ['worker']])
  expect(await launcher.exitCode).toBe(1)
  expect(launcher.output).toContain('This program can not start.')
  expect(launcher.output).toContain('server.log')
  expect(processesOn(run.dataDir)).toEqual([])
})

it('names the way out when somebody else has the port', async () => {
  const run = await LauncherRun.create()
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(run.port, '127.0.0.1', resolve))
  const launcher = run.start()
  expect(await launcher.exitCode).toBe(1)
  expect(launcher.output).toContain(`PORT=${run.port + 1} npm start`)
  stranger.close()
})

it('refuses to be production with the services it brings', async () => {
  const run = await LauncherRun.create()
  const launcher = run.start(undefined, { NODE_ENV: 'production' })
  expect(await launcher.exitCode).toBe(1)
  expect(launcher.output).toMatch(/DATABASE_URL and REDIS_URL/)
})
