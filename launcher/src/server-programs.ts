import { hostname } from 'node:os'
import { extname, join } from 'node:path'
import { findQuietPort } from '@headway/embedded'
import type { BalancerSettings } from './balancer/balancer-settings.ts'
import { findNginx } from './balancer/find-nginx.ts'
import type { LauncherConfig } from './config.ts'
import type { Program } from './supervised-program.ts'

/** Where the server is to be reached, and how many of it there are. */
export interface ServerPlace extends Pick<LauncherConfig, 'host' | 'instances' | 'balancer' | 'dataDir'> {
  readonly port: number
}

/** `HEADWAY_BALANCER=nginx` without an nginx. */
class NginxNotFoundError extends Error {
  override readonly name = 'NginxNotFoundError'
  readonly code = 'nginx_not_found'

  constructor() {
    super(
      'HEADWAY_BALANCER is nginx, but there is no nginx (1.19.5 or newer) on the PATH. Install it, or leave out HEADWAY_BALANCER: ' +
        'Headway has a balancer of its own.',
    )
  }
}

/** The folder of a data folder in which the balancer keeps its files. */
export function balancerFolder(dataDir: string): string {
  return join(dataDir, 'balancer')
}

/**
 * What answers on a port: the server itself or, where there are several instances, a balancer before them. Each instance
 * has a name, a log, an id and a port of its own, which it keeps when it is started again.
 *
 * @throws {NginxNotFoundError}
 */
export async function serverPrograms(server: Program, place: ServerPlace): Promise<Program[]> {
  const { port, instances } = place
  if (instances === 1) return [{ ...server, env: { ...server.env, PORT: String(port) } }]
  const instancePorts = await freePortsBut(port, instances)
  const id = server.env['HEADWAY_INSTANCE_ID'] ?? hostname()
  const servers = instancePorts.map((instancePort, index) => ({
    ...server,
    name: `${server.name}-${index + 1}`,
    env: {
      ...server.env,
      HOST: '127.0.0.1',
      PORT: String(instancePort),
      HEADWAY_INSTANCE_ID: `${id}-${index + 1}`,
      ...metricsPlace(server.env, index),
    },
  }))
  return [...servers, balancerProgram(place, instancePorts)]
}

/**
 * Each instance counts for itself, so each has a port for that: from METRICS_PORT on, else any. On the public port the
 * balancer would answer with the numbers of one of them; only who asks for that with a METRICS_TOKEN gets it.
 */
function metricsPlace(env: Program['env'], index: number): { METRICS_PORT?: string } {
  const { METRICS_PORT: first = '', METRICS_TOKEN: token = '' } = env
  if (first === '') return token === '' ? { METRICS_PORT: '0' } : {}
  return Number(first) > 0 ? { METRICS_PORT: String(Number(first) + index) } : {}
}

/** The balancer before these instances. */
export function balancerProgram(
  { port, host, dataDir, balancer }: Omit<ServerPlace, 'instances'>,
  instancePorts: readonly number[],
): Program {
  const settings: BalancerSettings = { port, host, instancePorts, folder: balancerFolder(dataDir) }
  const nginx = balancer === 'node' ? undefined : findNginx()
  if (balancer === 'nginx' && !nginx) throw new NginxNotFoundError()
  return {
    name: 'balancer',
    kind: nginx ? 'nginx' : 'Node',
    args: nginx ? ownProgram('nginx-main', { ...settings, nginx }) : ownProgram('balancer-main', settings),
    // It stands before the secrets and needs none of them.
    env: { PATH: process.env['PATH'] ?? '' },
    isFront: true,
  }
}

/** A program of this package, run as this one is: from the sources or from the build. */
function ownProgram(name: string, settings: object): string[] {
  const file = join(import.meta.dirname, `${name}${extname(import.meta.filename)}`)
  return [...process.execArgv, file, JSON.stringify(settings)]
}

async function freePortsBut(taken: number, count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = await findQuietPort()
    if (port !== taken) ports.add(port)
  }
  return [...ports]
}
