import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { balancers } from './balancers.ts'
import { LauncherRun, type LaunchedProcess } from './launcher-run.ts'
import { processesOn } from './process-tree.ts'

const PUT_BACK = ['server put back', 'server put back', 'worker put back']

async function launch(run: LauncherRun, balancer: string): Promise<LaunchedProcess> {
  const launcher = run.start(undefined, {
    HEADWAY_INSTANCES: '2',
    HEADWAY_BALANCER: balancer,
    // Those of the test run: it is about the balancer alone.
    DATABASE_URL: services().postgresUrl,
    REDIS_URL: services().redisUrl,
  })
  await launcher.untilReady()
  return launcher
}

async function answer(run: LauncherRun): Promise<string> {
  return (await fetch(`http://127.0.0.1:${run.port}`)).text()
}

async function stop(run: LauncherRun, launcher: LaunchedProcess): Promise<void> {
  launcher.child.kill('SIGINT')
  expect(await launcher.exitCode).toBe(0)
  expect(processesOn(run.dataDir)).toEqual([])
}

function balancerPid(run: LauncherRun): number {
  const found = processesOn(run.dataDir).find(({ command }) => /(balancer|nginx)-main\.ts/.test(command))
  if (!found) throw new Error('No process runs the balancer.')
  return found.pid
}

describe.each(balancers)('behind $title', ({ name, isThere }) => {
  it.skipIf(!isThere)('Ctrl-C stops everything in order, the balancer too', async () => {
    const run = await LauncherRun.create()
    const launcher = await launch(run, name)
    expect(launcher.output).toMatch(/server-1, server-2, balancer \((nginx|Node)\), worker/)
    expect(await answer(run)).toBe('ready')
    await stop(run, launcher)
    expect(run.stops()).toEqual(PUT_BACK)
  })

  it.skipIf(!isThere)('kill -9 of the launcher leaves nothing, and the next start has the port', async () => {
    const run = await LauncherRun.create()
    const killed = await launch(run, name)
    killed.child.kill('SIGKILL')
    await killed.exitCode
    await stop(run, await launch(run, name))
    expect(run.stops()).toEqual([...PUT_BACK, ...PUT_BACK].toSorted())
  })

  it.skipIf(!isThere)('kill -9 of the balancer brings another', async () => {
    const run = await LauncherRun.create()
    const launcher = await launch(run, name)
    process.kill(balancerPid(run), 'SIGKILL')
    await launcher.untilItSays('The balancer ended by itself')
    await expect.poll(() => answer(run), { timeout: 10_000 }).toBe('ready')
    await stop(run, launcher)
  })

  it.skipIf(!isThere)('a start after kill -9 of launcher and balancer at once has the port', async () => {
    const run = await LauncherRun.create()
    const killed = await launch(run, name)
    const balancer = balancerPid(run)
    killed.child.kill('SIGKILL')
    process.kill(balancer, 'SIGKILL')
    await killed.exitCode
    const next = await launch(run, name)
    expect(await answer(run)).toBe('ready')
    await stop(run, next)
  })
})

const isNginxThere = balancers.some(({ name, isThere }) => name === 'nginx' && isThere)

it.skipIf(!isNginxThere)(
  'kill -9 of the nginx master brings another, without the workers of the first',
  async () => {
    const run = await LauncherRun.create()
    const launcher = await launch(run, 'nginx')
    process.kill(Number(readFileSync(join(run.dataDir, 'balancer/nginx.pid'), 'utf8')), 'SIGKILL')
    await launcher.untilItSays('The balancer ended by itself')
    await expect.poll(() => answer(run), { timeout: 10_000 }).toBe('ready')
    await stop(run, launcher)
  },
)
