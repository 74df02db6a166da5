import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { startPostgres, waitUntilGone, type RunningProcess } from '@headway/embedded'
import { temporaryFolder } from './temporary-folder.ts'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

function runningService(dataDir: string): RunningProcess {
  return (JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { service: RunningProcess })
    .service
}

it('keeps its data over a stop and a start', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const first = await startPostgres({ dataDir })
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n')
  await first.stop()
  const second = await startPostgres({ dataDir })
  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }])
  await second.stop()
})

it('keeps its data when it is killed, and starts again by itself', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const first = await startPostgres({ dataDir })
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n')
  const service = runningService(dataDir)
  process.kill(service.pid, 'SIGKILL')
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' })
  const second = await startPostgres({ dataDir })
  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }])
  await second.stop()
})

it.runIf(process.platform === 'linux')(
  'starts although its lock file names a process that is dead and not yet buried',
  async () => {
    const dataDir = join(temporaryFolder(), 'postgres')
    await (await startPostgres({ dataDir, isDurable: false })).stop()
    // Its parent never asks how it ended, so the child stays a zombie; Postgres minds those of its own user.
    const { uid, gid } = statSync(join(dataDir, 'cluster'))
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      uid,
      gid,
    })
    const [output] = (await once(parent.stdout, 'data')) as [Buffer]
    const zombie = Number(output.toString())
    await expect.poll(() => readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ')
    writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${zombie}\n`)
    await (await startPostgres({ dataDir, isDurable: false })).stop()
    parent.kill()
  },
)

it('stops also with open connections', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const postgres = await startPostgres({ dataDir, isDurable: false })
  const client = new Client({ connectionString: postgres.url })
  client.on('error', () => {})
  await client.connect()
  const service = runningService(dataDir)
  await postgres.stop()
  expect(await waitUntilGone([service], 0)).toBe(true)
})

it('has a password of its own, which only the owner of the data can read', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const postgres = await startPostgres({ dataDir, isDurable: false })
  const guessed = new URL(postgres.url)
  guessed.password = 'guessed'
  await expect(query(guessed.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600)
  await postgres.stop()
})

it('refuses data that somebody else uses, naming the process', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const postgres = await startPostgres({ dataDir, isDurable: false })
  const second = startPostgres({ dataDir })
  await expect(second).rejects.toMatchObject({
    code: 'in_use',
    message: expect.stringContaining(String(process.pid)),
  })
  await postgres.stop()
})

it('says so when its port is taken', async () => {
  const dataDir = join(temporaryFolder(), 'postgres')
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port } = stranger.address() as { port: number }
  await expect(startPostgres({ dataDir, port, isDurable: false })).rejects.toMatchObject({
    code: 'port_taken',
  })
  stranger.close()
})

it('works in a folder that only root can enter', async () => {
  const postgres = await startPostgres({
    dataDir: join(temporaryFolder({ mode: 0o700 }), 'postgres'),
    isDurable: false,
  })
  expect(await query(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await postgres.stop()
})
