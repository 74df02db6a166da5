import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { CONNECT_TIMEOUT_MS } from './balancer-settings.ts'
import { InstancePool } from './instance-pool.ts'

type OnConnection = NonNullable<Parameters<Agent['createConnection']>[1]>

/** No instance accepts connections. */
class NoInstanceError extends Error {
  override readonly name = 'NoInstanceError'
  readonly code = 'no_instance'

  constructor(ports: readonly number[]) {
    super(`No instance accepts connections (ports ${ports.join(', ')}). The launcher starts them again.`)
  }
}

export interface InstanceAgentOptions {
  readonly ports: readonly number[]
  /** An instance has begun or ceased to refuse connections. */
  readonly onChange: (port: number, isReachable: boolean) => void
}

/**
 * Connects each request to one of the instances. One that can't be reached is passed over before a byte of the request
 * has been sent, so that nothing is ever sent twice. A connection is used once: none that has died meanwhile is reused.
 */
export class InstanceAgent extends Agent {
  readonly #pool: InstancePool
  readonly #onChange: InstanceAgentOptions['onChange']

  constructor({ ports, onChange }: InstanceAgentOptions) {
    super({ keepAlive: false })
    this.#pool = new InstancePool(ports)
    this.#onChange = onChange
  }

  override createConnection(_options: unknown, onConnection: OnConnection = () => {}): undefined {
    this.#connect().then(
      (connection) => onConnection(null, connection),
      // As Node does it: there is no connection to hand over.
      (error: Error) => (onConnection as (error: Error) => void)(error),
    )
  }

  /** It took the connection and ended it: an instance that stops takes no sockets any more. */
  refused(port: number): void {
    if (this.#pool.refused(port, performance.now())) this.#onChange(port, false)
  }

  async #connect(): Promise<Socket> {
    const ports = this.#pool.order(performance.now())
    for (const port of ports) {
      this.#pool.opening(port)
      const connection = connect({ port, host: '127.0.0.1', noDelay: true })
      connection.once('close', () => this.#pool.closed(port))
      if (await isEstablished(connection)) {
        if (this.#pool.accepted(port)) this.#onChange(port, true)
        return connection
      }
      this.refused(port)
    }
    throw new NoInstanceError(ports)
  }
}

function isEstablished(connection: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isEstablished: boolean) => {
      clearTimeout(timer)
      connection.off('connect', onConnect)
      connection.off('error', onError)
      if (!isEstablished) connection.destroy()
      resolve(isEstablished)
    }
    const onConnect = () => settle(true)
    const onError = () => settle(false)
    const timer = setTimeout(onError, CONNECT_TIMEOUT_MS)
    connection.once('connect', onConnect)
    connection.once('error', onError)
  })
}
