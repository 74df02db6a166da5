import { REST_AFTER_REFUSAL_MS } from './balancer-settings.ts'

interface Instance {
  readonly port: number
  connections: number
  /** Counts up with each connection, so that equals take turns. */
  lastTurn: number
  restsUntil: number
}

/** Knows how busy each instance is and which have just refused a connection, and so which to try first. */
export class InstancePool {
  readonly #instances: Instance[]
  #turn = 0

  constructor(ports: readonly number[]) {
    this.#instances = ports.map((port) => ({ port, connections: 0, lastTurn: 0, restsUntil: 0 }))
  }

  /**
   * The ports in the order in which to try them: the fewest connections first. One that has just refused comes last and
   * not never, since all may have refused while they start.
   */
  order(nowMs: number): number[] {
    const isResting = (instance: Instance) => Number(instance.restsUntil > nowMs)
    return this.#instances
      .toSorted(
        (a, b) => isResting(a) - isResting(b) || a.connections - b.connections || a.lastTurn - b.lastTurn,
      )
      .map(({ port }) => port)
  }

  /** A connection to it is wanted; it counts from now on, so that those who come at once are spread. */
  opening(port: number): void {
    const instance = this.#of(port)
    instance.connections += 1
    instance.lastTurn = ++this.#turn
  }

  closed(port: number): void {
    this.#of(port).connections -= 1
  }

  /** True when it was thought to be well until now. */
  refused(port: number, nowMs: number): boolean {
    const instance = this.#of(port)
    const wasWell = instance.restsUntil === 0
    instance.restsUntil = nowMs + REST_AFTER_REFUSAL_MS
    return wasWell
  }

  /** True when it had refused before. */
  accepted(port: number): boolean {
    const instance = this.#of(port)
    const wasResting = instance.restsUntil > 0
    instance.restsUntil = 0
    return wasResting
  }

  #of(port: number): Instance {
    const instance = this.#instances.find((instance) => instance.port === port)
    if (!instance) throw new RangeError(`No instance listens on port ${port}.`)
    return instance
  }
}
