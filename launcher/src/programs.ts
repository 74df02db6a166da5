import { join } from 'node:path'
import { findFreePort } from '@headway/embedded'
import { REPOSITORY, type LauncherConfig } from './config.ts'
import { erpProgram } from './erp-program.ts'
import { serverPrograms } from './server-programs.ts'
import type { Program } from './supervised-program.ts'

/** Where the console, REST and Socket.IO are served, and by which programs. */
export interface Deployment {
  /** Of the one that answers `/ready`. */
  readonly serverUrl: string
  readonly programs: readonly Program[]
}

type Environment = Readonly<Record<string, string>>

/** What runs with `npm start`: the built server and worker, and in the embedded mode the small ERP. */
export async function builtPrograms(
  port: number,
  env: Environment,
  config: LauncherConfig,
): Promise<Deployment> {
  const erp = await erpProgram(env, config)
  const server = { name: 'server', args: [join(REPOSITORY, 'server/dist/main.js')], env }
  return {
    serverUrl: `http://localhost:${port}`,
    programs: [
      ...(await serverPrograms(server, { ...config, port })),
      { name: 'worker', args: [join(REPOSITORY, 'workers/dist/main.js')], env: { ...env, ...erp.env } },
      ...erp.programs,
    ],
  }
}

/** What runs with `npm run dev`: the sources, restarted when they change, behind Vite, which reloads the console. */
export async function sourcePrograms(
  port: number,
  env: Environment,
  config: LauncherConfig,
): Promise<Deployment> {
  const serverPort = await findFreePort()
  const serverUrl = `http://127.0.0.1:${serverPort}`
  const node = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source']
  const shared = ['events', 'event-log', 'jobs'].map((name) => join(REPOSITORY, 'packages', name))
  const sources = join(REPOSITORY, 'server/src')
  const workers = join(REPOSITORY, 'workers/src')
  const erp = await erpProgram(env, config)
  const server = {
    name: 'server',
    args: [...node, join(sources, 'main.ts')],
    env,
    watch: [sources, ...shared],
  }
  return {
    serverUrl,
    programs: [
      ...(await serverPrograms(server, { ...config, port: serverPort, host: '127.0.0.1' })),
      {
        name: 'worker',
        args: [...node, join(workers, 'main.ts')],
        env: { ...env, ...erp.env },
        watch: [workers, ...shared],
      },
      ...erp.programs,
      {
        name: 'console',
        args: [...node, join(import.meta.dirname, 'dev-console-main.js'), String(port), serverUrl],
        env,
      },
    ],
  }
}

/** The environment of all programs: the launcher's own, completed with what it decided. */
export function programEnvironment(
  config: LauncherConfig,
  services: { databaseUrl: string; redisUrl: string; jwtSecret: string | undefined },
): Environment {
  const decided: Record<string, string | undefined> = {
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    HEADWAY_DATA_DIR: config.dataDir,
    JWT_SECRET: services.jwtSecret ?? process.env['JWT_SECRET'],
    HEADWAY_EMBEDDED: config.isEmbedded ? '1' : undefined,
    ALLOW_PRIVATE_URLS: process.env['ALLOW_PRIVATE_URLS'] ?? (config.isEmbedded ? '1' : undefined),
  }
  return Object.fromEntries(
    Object.entries({ ...process.env, ...decided }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}
