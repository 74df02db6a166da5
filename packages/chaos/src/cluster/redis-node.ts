import { join } from 'node:path'
import { startRedis, type EmbeddedRedis } from '@headway/embedded'
import { Redis } from 'ioredis'

/** A Redis of the harness: killed and frozen by its process id, started again on its port with its data. */
export class RedisNode {
  readonly #dataDir: string
  #service: EmbeddedRedis
  #admin: Redis
  /** Undefined while it does not run, and for the built-in one, which names no process that could be killed. */
  #pid: number | undefined

  private constructor(dataDir: string, service: EmbeddedRedis) {
    this.#dataDir = dataDir
    this.#service = service
    this.#admin = openAdmin(service.port)
  }

  static async start(folder: string, name: string): Promise<RedisNode> {
    const dataDir = join(folder, name)
    const node = new RedisNode(dataDir, await startRedis({ dataDir }))
    await node.#learnPid()
    return node
  }

  get port(): number {
    return this.#service.port
  }

  /** A direct connection, which no fault of a proxy touches. */
  get admin(): Redis {
    return this.#admin
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    if (this.#pid === undefined) {
      throw new Error(`There is no Redis process to send ${signal} to. Such a row needs a redis-server.`)
    }
    process.kill(this.#pid, signal)
  }

  /** SIGKILL: what it has not written is gone. */
  async kill(): Promise<void> {
    this.#admin.disconnect()
    this.signal('SIGKILL')
    this.#pid = undefined
    await this.#service.exited
  }

  /** SIGTERM: it writes everything down and ends. */
  async end(): Promise<void> {
    this.#admin.disconnect()
    this.#pid = undefined
    await this.#service.stop()
  }

  /** Starts it again after {@link kill} or {@link end}, on the same port. */
  async startAgain(): Promise<void> {
    this.#service = await startRedis({ dataDir: this.#dataDir, port: this.port })
    this.#admin = openAdmin(this.port)
    await this.#learnPid()
  }

  async stop(): Promise<void> {
    this.#admin.disconnect()
    if (this.#pid !== undefined) this.signal('SIGCONT')
    await this.#service.stop({ isForced: true })
  }

  async #learnPid(): Promise<void> {
    if (!this.#service.keepsData) return
    const pid = /^process_id:(\d+)/m.exec(await this.#admin.info('server'))?.[1]
    if (pid === undefined)
      throw new Error('INFO of Redis names no process_id, by which the harness kills it.')
    this.#pid = Number(pid)
  }
}

function openAdmin(port: number): Redis {
  const admin = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null })
  admin.on('error', () => {})
  return admin
}
