import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, expect, it } from 'vitest'
import { isRunning, startPostgres, startRedis, waitUntilGone, type RunningProcess } from '@headway/embedded'
import { temporaryFolder } from './temporary-folder.ts'

interface Owned {
  readonly postgresUrl: string
  readonly redisUrl: string
  readonly userPid: number
}

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

async function startOwner(
  folder: string,
): Promise<{ owner: ChildProcess; owned: Owned; running: RunningProcess[] }> {
  const program = fileURLToPath(new URL('./owner-program.ts', import.meta.url))
  const owner = fork(program, [folder], { execArgv: ['--conditions=@headway/source'] })
  const [owned] = (await once(owner, 'message')) as [Owned]
  cleanUps.push(() => {
    owner.kill('SIGKILL')
    if (userIsAlive(owned)) process.kill(owned.userPid, 'SIGKILL')
  })
  const running = ['postgres', 'redis'].flatMap((name) => {
    const record = JSON.parse(readFileSync(join(folder, name, 'running.json'), 'utf8'))
    return [record.guardian, record.service] as RunningProcess[]
  })
  return { owner, owned, running }
}

function userIsAlive({ userPid }: Owned): boolean {
  try {
    return process.kill(userPid, 0)
  } catch {
    return false
  }
}

it('outlives a killed owner for as long as somebody needs the service, and no longer', async () => {
  const folder = temporaryFolder()
  const { owner, owned, running } = await startOwner(folder)
  owner.kill('SIGKILL')
  await once(owner, 'exit')

  // Later than the guardians noticed; what must not happen has no condition to wait for.
  await new Promise((resolve) => setTimeout(resolve, 500))
  const client = new Client({ connectionString: owned.postgresUrl })
  await client.connect()
  expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  await client.end()
  expect(running.every(isRunning)).toBe(true)

  process.kill(owned.userPid, 'SIGKILL')
  expect(await waitUntilGone(running, 5_000)).toBe(true)
})

it('starts again on the data of a killed owner, waiting for what is still stopping', async () => {
  const folder = temporaryFolder()
  const { owner, owned, running } = await startOwner(folder)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  setTimeout(() => process.kill(owned.userPid, 'SIGKILL'), 300)

  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'postgres') }),
    startRedis({ dataDir: join(folder, 'redis') }),
  ])
  expect(running.some(isRunning)).toBe(false)
  await Promise.all([postgres.stop(), redis.stop()])
})

it('ends a service whose owner and guardian were both killed', async () => {
  const folder = temporaryFolder()
  const { owner, owned, running } = await startOwner(folder)
  process.kill(owned.userPid, 'SIGKILL')
  const [guardian, service] = running
  process.kill(guardian?.pid ?? 0, 'SIGSTOP')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  process.kill(guardian?.pid ?? 0, 'SIGKILL')
  expect(service && isRunning(service)).toBe(true)

  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
  expect(service && isRunning(service)).toBe(false)
  await postgres.stop()
  expect(await waitUntilGone(running, 5_000)).toBe(true)
})
