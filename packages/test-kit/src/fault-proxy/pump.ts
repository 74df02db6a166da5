import type { Socket } from 'node:net'
import { releaseTime, type Fault } from './fault.ts'

/** Above this a source is not read on until its chunks have gone, so that a fault fills the kernel's buffers and not ours. */
const MAX_HELD_BYTES = 262_144

export interface PumpRules {
  fault(): Fault
  random(): number
  /** Takes a chunk out of the stream and says whether it may go on. */
  admits(chunk: Buffer): boolean
}

/** Carries the bytes of one direction of a connection, in their order, as late as the fault of the moment says. */
export class Pump {
  readonly #from: Socket
  readonly #to: Socket
  readonly #rules: PumpRules
  readonly #held: { chunk: Buffer; dueMs: number }[] = []
  #heldBytes = 0
  #previousMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, rules: PumpRules) {
    this.#from = from
    this.#to = to
    this.#rules = rules
    from.on('data', (chunk) => this.#take(chunk))
    to.on('drain', () => this.#release())
    from.once('close', () => clearTimeout(this.#timer))
  }

  #take(chunk: Buffer): void {
    if (!this.#rules.admits(chunk)) return
    const arrival = { bytes: chunk.length, nowMs: performance.now(), previousMs: this.#previousMs }
    this.#previousMs = releaseTime(this.#rules.fault(), arrival, () => this.#rules.random())
    this.#held.push({ chunk, dueMs: this.#previousMs })
    this.#heldBytes += chunk.length
    if (this.#heldBytes > MAX_HELD_BYTES) this.#from.pause()
    this.#release()
  }

  #release(): void {
    clearTimeout(this.#timer)
    let next = this.#held[0]
    while (next && !this.#to.writableNeedDrain && next.dueMs <= performance.now()) {
      this.#held.shift()
      this.#heldBytes -= next.chunk.length
      if (this.#to.writable) this.#to.write(next.chunk)
      next = this.#held[0]
    }
    if (this.#heldBytes <= MAX_HELD_BYTES && this.#from.isPaused()) this.#from.resume()
    if (next && !this.#to.writableNeedDrain) {
      this.#timer = setTimeout(() => this.#release(), Math.max(1, next.dueMs - performance.now()))
    }
  }
}
