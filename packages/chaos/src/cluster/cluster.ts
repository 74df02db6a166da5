import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findQuietPort } from '@headway/embedded'
import { connectRedis, EventLog, redisReady, type Logger } from '@headway/event-log'
import { openJobs, type JobEngine } from '@headway/jobs'
import { createTestDatabase, FaultProxy, TEST_JWT_SECRET } from '@headway/test-kit'
import { keepAccepted } from '../accepted-table.ts'
import { Program } from './program.ts'
import { RedisNode } from './redis-node.ts'
import { METRICS_TOKEN } from './server-metric.ts'
import { TEST_SETTINGS } from './settings.ts'

export interface ClusterOptions {
  /** Entry files of the two programs; the harness knows neither of them. */
  readonly programs: { readonly server: URL; readonly worker: URL }
  readonly postgresUrl: string
  /** Where the output of the programs goes. */
  readonly logDir: string
  /** @default 2 */
  readonly servers?: number
  /** @default 0 */
  readonly workers?: number
  /** Settings of both programs beside {@link TEST_SETTINGS}. */
  readonly env?: Readonly<Record<string, string>>
  readonly random: () => number
  /**
   * False for a run of millions of messages: no proxies in front of Redis, and no copy of what was accepted.
   *
   * @default true
   */
  readonly isObserved?: boolean
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * A whole Headway as processes: servers behind a balancer, workers, a Redis and a database of their own. Every program,
 * and the harness, reaches Redis through a proxy of its own.
 */
export class Cluster {
  readonly redis: RedisNode
  readonly servers: Program[] = []
  readonly serverPorts: number[] = []
  readonly workers: Program[] = []
  /** In front of Redis: of each server, each worker, then of the harness. */
  readonly redisProxies: FaultProxy[] = []
  readonly #options: ClusterOptions
  readonly #folder: string
  readonly #closers: (() => unknown)[] = []
  #edge: FaultProxy | undefined
  #engine: JobEngine | undefined
  #databaseUrl = ''

  private constructor(options: ClusterOptions, folder: string, redis: RedisNode) {
    this.#options = options
    this.#folder = folder
    this.redis = redis
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'headway-chaos-'))
    mkdirSync(options.logDir, { recursive: true })
    const cluster = new Cluster(options, folder, await RedisNode.start(folder, 'redis'))
    try {
      await cluster.#build()
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  /** The harness' own view of the jobs, as close to them as a route is. Its relay publishes when nudged. */
  get engine(): JobEngine {
    if (!this.#engine) throw new Error('The cluster is not built yet.')
    return this.#engine
  }

  /** The balancer that clients connect to, unless they have one of their own. */
  get edge(): FaultProxy {
    if (!this.#edge) throw new Error('The cluster is not built yet.')
    return this.#edge
  }

  get databaseUrl(): string {
    return this.#databaseUrl
  }

  get programs(): Program[] {
    return [...this.servers, ...this.workers]
  }

  /** A proxy in front of the servers, for clients whose network fails apart from the others'. */
  async openEdge(ports: readonly number[] = this.serverPorts): Promise<FaultProxy> {
    return this.#openProxy(ports)
  }

  /** Another Redis beside the first, for failovers. */
  async startRedis(name: string): Promise<RedisNode> {
    const node = await RedisNode.start(this.#folder, name)
    this.#closers.push(() => node.stop())
    return node
  }

  /** Everybody's connections to Redis lead to another one from now on. */
  moveRedis(port: number): void {
    for (const proxy of this.redisProxies) {
      proxy.retarget([port])
      proxy.reset()
    }
  }

  async addWorker(): Promise<Program> {
    const worker = await this.#program('worker', this.workers.length, {})
    this.workers.push(worker)
    await worker.start()
    return worker
  }

  async stop(): Promise<void> {
    for (const program of this.programs) program.signal('SIGCONT')
    await Promise.all(this.programs.map((program) => program.end('SIGKILL')))
    for (const close of this.#closers.splice(0).toReversed()) await close()
    await this.redis.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #build(): Promise<void> {
    const { servers = 2, workers = 0, isObserved = true } = this.#options
    const database = await createTestDatabase(this.#options.postgresUrl)
    this.#databaseUrl = database.url
    this.#closers.push(() => database.drop().catch(() => {}))
    for (let index = 0; index < servers; index += 1) {
      const port = await findQuietPort()
      this.serverPorts.push(port)
      this.servers.push(await this.#program('server', index, { PORT: String(port) }))
    }
    for (let index = 0; index < workers; index += 1)
      this.workers.push(await this.#program('worker', index, {}))
    this.#edge = await this.#openProxy(this.serverPorts)
    this.#engine = await this.openEngine()
    if (isObserved) await keepAccepted(this.#engine.db)
    await Promise.all(this.programs.map((program) => program.start()))
  }

  async #program(kind: 'server' | 'worker', index: number, env: Record<string, string>): Promise<Program> {
    const name = `${kind}-${index + 1}`
    const redisPort = await this.#openWayToRedis()
    return new Program({
      name,
      entry: this.#options.programs[kind],
      logFile: join(this.#options.logDir, `${name}.log`),
      env: {
        DATABASE_URL: this.#databaseUrl,
        REDIS_URL: `redis://127.0.0.1:${redisPort}`,
        JWT_SECRET: TEST_JWT_SECRET,
        HOST: '127.0.0.1',
        HEADWAY_DATA_DIR: join(this.#folder, 'data'),
        HEADWAY_INSTANCE_ID: name,
        METRICS_TOKEN,
        LOG_LEVEL: 'warn',
        JOBS_PER_MINUTE: '100000',
        MAX_UNFINISHED_JOBS: '100000',
        ...TEST_SETTINGS,
        ...this.#options.env,
        ...env,
      },
    })
  }

  async #openWayToRedis(): Promise<number> {
    if (this.#options.isObserved === false) return this.redis.port
    const proxy = await this.#openProxy([this.redis.port])
    this.redisProxies.push(proxy)
    return proxy.port
  }

  async #openProxy(targets: readonly number[]): Promise<FaultProxy> {
    const proxy = await FaultProxy.start({ targets, random: this.#options.random })
    this.#closers.push(() => proxy.stop())
    return proxy
  }

  /** Another view of the jobs, with a relay and a connection to Redis of its own. */
  async openEngine(): Promise<JobEngine> {
    const redisPort = await this.#openWayToRedis()
    const redis = connectRedis(`redis://127.0.0.1:${redisPort}`, 'publisher', { logger: silent })
    this.#closers.push(() => redis.disconnect())
    await redisReady(redis)
    const { env = {} } = this.#options
    const eventLog = new EventLog(redis, {
      ...(env['EVENT_BUFFER_MAX_SIZE'] && { maxSize: Number(env['EVENT_BUFFER_MAX_SIZE']) }),
      ...(env['EVENT_BUFFER_MAX_AGE_MS'] && { maxAgeMs: Number(env['EVENT_BUFFER_MAX_AGE_MS']) }),
      ...(env['EVENT_BUFFER_MAX_BYTES'] && { maxBytes: Number(env['EVENT_BUFFER_MAX_BYTES']) }),
    })
    const artifactsDir = join(this.#folder, 'data', 'artifacts')
    const engine = await openJobs({
      databaseUrl: this.#databaseUrl,
      redis,
      eventLog,
      artifactsDir,
      logger: silent,
    })
    this.#closers.push(() => engine.close().catch(() => {}))
    return engine
  }
}
