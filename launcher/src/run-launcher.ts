import { join } from 'node:path'
import { findFreePort } from '@headway/embedded'
import { endLeftoverNginx } from './balancer/leftover-nginx.ts'
import { parseLauncherConfig, type LauncherConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { Headway } from './headway.ts'
import { jwtSecretOf } from './jwt-secret.ts'
import { LauncherLock } from './launcher-lock.ts'
import { assertPortFree } from './port.ts'
import { programEnvironment, type Deployment } from './programs.ts'
import { balancerFolder } from './server-programs.ts'
import { watchStopRequests, type StopRequests } from './stop-requests.ts'
import { Terminal } from './terminal.ts'

export interface LauncherOptions {
  readonly isDevelopment: boolean
  readonly programs: (
    port: number,
    env: Readonly<Record<string, string>>,
    config: LauncherConfig,
  ) => Deployment | Promise<Deployment>
}

/** Runs Headway until it is asked to stop. Returns the exit code: 0 after a stop in order. */
export async function runLauncher({ isDevelopment, programs }: LauncherOptions): Promise<number> {
  const terminal = new Terminal()
  const requests = watchStopRequests(process)
  try {
    const config = parseLauncherConfig(process.env, isDevelopment)
    const port = config.port === 0 ? await findFreePort() : config.port
    const url = `http://localhost:${port}`
    openDataFolder(config.dataDir)
    const lock = await LauncherLock.acquire(config.dataDir, url, () =>
      terminal.note('Waiting for what is left of a Headway that was killed'),
    )
    try {
      await endLeftoverNginx(balancerFolder(config.dataDir))
      await assertPortFree(port, config.host)
      const deploy = async (services: { databaseUrl: string; redisUrl: string }) => {
        const jwtSecret = config.makesJwtSecret ? jwtSecretOf(config.dataDir) : undefined
        return programs(port, programEnvironment(config, { ...services, jwtSecret }), config)
      }
      return await runUntilStopped(new Headway({ config, lock, terminal, deploy }), {
        config,
        url,
        terminal,
        requests,
      })
    } finally {
      lock.release()
    }
  } catch (error) {
    terminal.warn(error instanceof Error && 'code' in error ? error.message : describe(error))
    return 1
  }
}

async function runUntilStopped(
  headway: Headway,
  run: { config: LauncherConfig; url: string; terminal: Terminal; requests: StopRequests },
): Promise<number> {
  const { config, url, terminal, requests } = run
  let exitCode = 0
  try {
    const reason = await Promise.race([headway.start(), requests.first])
    if (reason === undefined) {
      terminal.ready(url, { Data: config.dataDir, Logs: join(config.dataDir, 'logs'), Stop: 'Ctrl-C' })
      await requests.first
    }
    terminal.note('Stopping: server and worker, then Redis and Postgres')
  } catch (error) {
    terminal.warn(describe(error))
    exitCode = 1
  }
  const impatience = requests.second.then(() => {
    terminal.note('Stopping at once')
    return headway.kill()
  })
  await Promise.race([headway.stop(), impatience])
  terminal.done('Stopped')
  return exitCode
}

function describe(error: unknown): string {
  return error instanceof Error
    ? 'code' in error
      ? error.message
      : (error.stack ?? error.message)
    : String(error)
}
