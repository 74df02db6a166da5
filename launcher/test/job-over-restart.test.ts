import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LauncherRun, type LaunchedProcess } from './launcher-run.ts'
import { processesOn } from './process-tree.ts'
import { RestUser } from './rest-user.ts'

function launch(run: LauncherRun, env: NodeJS.ProcessEnv): LaunchedProcess {
  const program = join(import.meta.dirname, 'real-launcher.ts')
  return run.launch(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source', program],
    env,
  )
}

const STOPS = {
  'Ctrl-C': async (launcher: LaunchedProcess) => {
    launcher.child.kill('SIGINT')
    await launcher.exitCode
  },
  'kill -9 of the launcher': async (launcher: LaunchedProcess, run: LauncherRun) => {
    launcher.child.kill('SIGKILL')
    await launcher.exitCode
    expect(await run.remains()).toEqual([])
  },
  'kill -9 of every process at once': async (launcher: LaunchedProcess, run: LauncherRun) => {
    for (const { pid } of processesOn(run.dataDir)) process.kill(pid, 'SIGKILL')
    await launcher.exitCode
  },
}

const KEEPS_NOTHING = { HEADWAY_REDIS: 'embedded' }

it.each([
  { how: 'Ctrl-C', redis: 'the Redis at hand', env: {} },
  { how: 'kill -9 of the launcher', redis: 'the Redis at hand', env: {} },
  { how: 'kill -9 of the launcher', redis: 'the embedded Valkey, which keeps nothing', env: KEEPS_NOTHING },
  { how: 'kill -9 of every process at once', redis: 'the embedded Valkey', env: KEEPS_NOTHING },
] as const)(
  'a job goes on after its last step when everything was stopped by $how, with $redis',
  { timeout: 90_000 },
  async ({ how, env }) => {
    const run = await LauncherRun.create()
    const user = new RestUser(`http://127.0.0.1:${run.port}`)
    const first = launch(run, env)
    await first.untilReady()
    const jobId = (await user.start({ type: 'rehearse', steps: 10, stepMs: 300 }))!
    await expect.poll(async () => (await user.completedSteps(jobId)).length).toBeGreaterThan(2)
    const before = await user.completedSteps(jobId)
    await STOPS[how](first, run)

    const second = launch(run, env)
    await second.untilReady()
    // A killed worker's lease ends after 15 s.
    await expect.poll(async () => (await user.view(jobId)).state, { timeout: 40_000 }).toBe('completed')
    const after = await user.view(jobId)
    expect(after.attempt).toBe(2)
    expect(after.steps).toHaveLength(10)
    // A step that had run again would have another duration.
    expect(after.steps?.slice(0, before.length)).toEqual(before)
    second.child.kill('SIGINT')
    expect(await second.exitCode).toBe(0)
    expect(processesOn(run.dataDir)).toEqual([])
  },
)
