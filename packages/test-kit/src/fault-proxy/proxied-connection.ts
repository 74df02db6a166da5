import type { Socket } from 'node:net'
import type { Fault } from './fault.ts'
import { Pump } from './pump.ts'

/** One connection through the proxy: a client's socket, and the server's behind it. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #fault: () => Fault
  #hasLostBytes = false
  #bytesUntilCut: number | undefined
  swallowedBytes = 0

  constructor(client: Socket, upstream: Socket, parts: { fault: () => Fault; random: () => number }) {
    this.#client = client
    this.#upstream = upstream
    this.#fault = parts.fault
    this.faultChanged()
    void new Pump(client, upstream, { ...parts, admits: (chunk) => this.#admits(chunk, 'up') })
    void new Pump(upstream, client, { ...parts, admits: (chunk) => this.#admits(chunk, 'down') })
    this.#tieEnds(client, upstream)
    this.#tieEnds(upstream, client)
  }

  /** The server still holds its end. */
  get isUpstreamOpen(): boolean {
    return !this.#upstream.destroyed
  }

  get isOpen(): boolean {
    return !this.#client.destroyed || !this.#upstream.destroyed
  }

  faultChanged(): void {
    const fault = this.#fault()
    this.#bytesUntilCut = fault.mode === 'cutAfter' ? fault.bytes : undefined
    if (fault.mode !== 'blackhole' && this.#hasLostBytes) this.reset()
  }

  /** Both ends see the connection break (RST). */
  reset(): void {
    for (const socket of [this.#client, this.#upstream]) {
      if (!socket.destroyed) socket.resetAndDestroy()
    }
  }

  #admits(chunk: Buffer, direction: 'up' | 'down'): boolean {
    if (this.#fault().mode === 'blackhole') {
      this.#hasLostBytes = true
      this.swallowedBytes += chunk.length
      return false
    }
    if (direction === 'down' && this.#bytesUntilCut !== undefined) return this.#spend(chunk)
    return true
  }

  #spend(chunk: Buffer): boolean {
    const left = (this.#bytesUntilCut ?? 0) - chunk.length
    this.#bytesUntilCut = left
    if (left >= 0) return true
    this.swallowedBytes += -left
    this.#client.write(chunk.subarray(0, chunk.length + left))
    this.reset()
    return false
  }

  #tieEnds(one: Socket, other: Socket): void {
    one.on('error', () => {})
    one.on('close', () => {
      if (this.#fault().mode === 'blackhole') this.#hasLostBytes = true
      else if (!other.destroyed) other.end()
    })
  }
}
