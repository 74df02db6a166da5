import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { services } from './services.ts'
import { createTestDatabase } from './test-database.ts'
import { TEST_JWT_SECRET } from './tokens.ts'

export interface DeploymentOptions {
  /** Entry files of the two programs; the kit knows neither of them. */
  readonly programs: { readonly server: URL; readonly worker: URL }
  /** Settings beside those that a deployment needs anyway. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Deployment {
  readonly url: string
  readonly server: ChildProcess
  readonly worker: ChildProcess
  stop(): Promise<void>
}

/** Longest time in which a program says that it is ready, in milliseconds. */
const READY_TIMEOUT_MS = 60_000

/** A server and a worker as processes of their own, on a fresh database and a free port, in the embedded mode. */
export async function startDeployment({ programs, env = {} }: DeploymentOptions): Promise<Deployment> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'headway-deployment-'))
  const settings = {
    ...process.env,
    PORT: '0',
    DATABASE_URL: database.url,
    REDIS_URL: services().redisUrl,
    JWT_SECRET: TEST_JWT_SECRET,
    HEADWAY_DATA_DIR: dataDir,
    HEADWAY_EMBEDDED: '1',
    ALLOW_PRIVATE_URLS: '1',
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: '',
    ...env,
  }
  const server = startProgram(programs.server, settings)
  const worker = startProgram(programs.worker, settings)
  const [{ url = '' }] = await Promise.all([readyMessage(server), readyMessage(worker)])
  return {
    url,
    server,
    worker,
    async stop() {
      await Promise.all([stopProgram(server), stopProgram(worker)])
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function startProgram(entry: URL, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(entry, { env, execArgv: ['--conditions=@headway/source'] })
}

/** What a program sends to whoever started it once it can be used. */
async function readyMessage(program: ChildProcess): Promise<{ url?: string }> {
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS)
  const exit = once(program, 'exit', { signal }).then(([code]) => {
    throw new Error(
      `${program.spawnfile} ended with ${String(code)} before it was ready. Its output says why.`,
    )
  })
  exit.catch(() => {})
  const ready = once(program, 'message', { signal }) as Promise<[{ url?: string }]>
  const [message] = await Promise.race([ready, exit])
  return message
}

async function stopProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return
  const exited = once(program, 'exit')
  program.kill('SIGTERM')
  await exited
}
