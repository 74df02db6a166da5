import { join } from 'node:path'
import { startRedis, type EmbeddedRedis } from '@headway/embedded'
import { Redis } from 'ioredis'

/** A Redis of the harness: killed and frozen by its process id, started again on its port with its data. */
export class RedisNode {
  readonly #dataDir: string
  #service: EmbeddedRedis
  #admin: Redis
  #pid: number

  private constructor(dataDir: string, service: EmbeddedRedis, admin: Redis, pid: number) {
    this.#dataDir = dataDir
    this.#service = service
    this.#admin = admin
    this.#pid = pid
  }

  static async start(folder: string, name: string): Promise<RedisNode> {
    const dataDir = join(folder, name)
    const service = await startRedis({ dataDir })
    const { admin, pid } = await openAdmin(service.port)
    return new RedisNode(dataDir, service, admin, pid)
  }

  get port(): number {
    return this.#service.port
  }

  /** A direct connection, which no fault of a proxy touches. */
  get admin(): Redis {
    return this.#admin
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.#pid, signal)
  }

  /** SIGKILL: what it has not written is gone. */
  async kill(): Promise<void> {
    this.#admin.disconnect()
    process.kill(this.#pid, 'SIGKILL')
    await this.#service.exited
  }

  /** SIGTERM: it writes everything down and ends. */
  async end(): Promise<void> {
    this.#admin.disconnect()
    await this.#service.stop()
  }

  /** Starts it again after {@link kill} or {@link end}, on the same port. */
  async startAgain(): Promise<void> {
    this.#service = await startRedis({ dataDir: this.#dataDir, port: this.port })
    const { admin, pid } = await openAdmin(this.port)
    this.#admin = admin
    this.#pid = pid
  }

  async stop(): Promise<void> {
    this.#admin.disconnect()
    try {
      this.signal('SIGCONT')
    } catch {
      // It has ended already.
    }
    await this.#service.stop({ isForced: true })
  }
}

async function openAdmin(port: number): Promise<{ admin: Redis; pid: number }> {
  const admin = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null })
  admin.on('error', () => {})
  const pid = /^process_id:(\d+)/m.exec(await admin.info('server'))?.[1]
  if (pid === undefined) throw new Error('INFO of Redis names no process_id, by which the harness kills it.')
  return { admin, pid: Number(pid) }
}
