import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Fault } from './fault.ts'
import { ProxiedConnection } from './proxied-connection.ts'

export interface FaultProxyOptions {
  /** Ports of 127.0.0.1. Each new connection takes the next one; one that refuses is passed over, as a balancer does. */
  readonly targets: readonly number[]
  /** Source of jitter. @default Math.random */
  readonly random?: () => number
}

/**
 * A TCP proxy on 127.0.0.1 that can be told to misbehave: between a client and a server, or between anything and Redis or
 * Postgres. A fault holds for the connections that are open, and for new ones, until the next is set.
 *
 * @example
 * const proxy = await FaultProxy.start({ targets: [redisPort] })
 * proxy.set({ mode: 'blackhole' })
 */
export class FaultProxy {
  readonly #server: Server
  readonly #random: () => number
  /** Clients that have no server behind them yet. */
  readonly #waiting = new Set<Socket>()
  readonly #connections = new Set<ProxiedConnection>()
  #targets: readonly number[]
  #next = 0
  #fault: Fault = { mode: 'pass' }
  #swallowedBytes = 0

  private constructor(server: Server, { targets, random = Math.random }: FaultProxyOptions) {
    this.#server = server
    this.#targets = targets
    this.#random = random
    server.on('connection', (client) => this.#accept(client))
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const server = createServer({ noDelay: true })
    const proxy = new FaultProxy(server, options)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections whose server has not let go of them. */
  get upstreams(): number {
    return this.#open().filter((connection) => connection.isUpstreamOpen).length
  }

  /** Bytes that a fault took out of the stream: the proof that it bit. */
  get swallowedBytes(): number {
    const open = [...this.#connections].reduce((sum, { swallowedBytes }) => sum + swallowedBytes, 0)
    return this.#swallowedBytes + open
  }

  set(fault: Fault): void {
    if (this.#fault.mode === 'blackhole') this.#resetWaiting()
    this.#fault = fault
    for (const connection of this.#open()) connection.faultChanged()
  }

  /** Breaks every open connection; answers how many there were. New ones are taken as the fault says. */
  reset(): number {
    const open = this.#open()
    for (const connection of open) connection.reset()
    this.#resetWaiting()
    return open.length
  }

  /** New connections go to these ports from now on; open ones stay where they are. */
  retarget(targets: readonly number[]): void {
    this.#targets = targets
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.reset()
    await closed
  }

  #open(): ProxiedConnection[] {
    for (const connection of this.#connections) {
      if (connection.isOpen) continue
      this.#connections.delete(connection)
      this.#swallowedBytes += connection.swallowedBytes
    }
    return [...this.#connections]
  }

  #resetWaiting(): void {
    for (const client of this.#waiting) client.resetAndDestroy()
  }

  #accept(client: Socket): void {
    client.on('error', () => {})
    if (this.#fault.mode === 'refuse') {
      client.resetAndDestroy()
      return
    }
    this.#waiting.add(client)
    client.once('close', () => this.#waiting.delete(client))
    // Nobody answers behind a black hole; the client may wait for ever.
    if (this.#fault.mode === 'blackhole') client.resume()
    else this.#dial(client, this.#targets.length)
  }

  #dial(client: Socket, tries: number): void {
    const port = this.#targets[this.#next++ % this.#targets.length]
    if (port === undefined || tries === 0) {
      client.resetAndDestroy()
      return
    }
    const upstream = connect({ host: '127.0.0.1', port, noDelay: true })
    const retry = () => this.#dial(client, tries - 1)
    upstream.once('error', retry)
    upstream.once('connect', () => {
      upstream.off('error', retry)
      this.#waiting.delete(client)
      const parts = { fault: () => this.#fault, random: this.#random }
      this.#connections.add(new ProxiedConnection(client, upstream, parts))
      if (client.destroyed) upstream.resetAndDestroy()
    })
  }
}
