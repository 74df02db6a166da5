import type { TransportFactory } from '../transport.ts'
import { holdLock } from './held-lock.ts'
import { SharedConnection } from './shared-connection.ts'
import type { TabMessage } from './shared-messages.ts'
import { TabSeat } from './tab-seat.ts'
import { listen, post } from './typed-port.ts'

/** The worker's end: greets tabs, once it holds the lock that tells them when it is gone, and seats them. */
export class TabHost {
  readonly #connection: SharedConnection
  readonly #lock = `headway:worker:${crypto.randomUUID()}`
  readonly #living: Promise<void>
  #free = (): void => {}

  constructor(openTransport: TransportFactory) {
    this.#connection = new SharedConnection(openTransport)
    this.#living = new Promise((resolve) => {
      this.#free = holdLock(this.#lock, resolve)
    })
  }

  welcome(port: MessagePort): void {
    const opening = new AbortController()
    const take = ({ data: message }: MessageEvent<TabMessage>): void => {
      if (message.kind !== 'open') return
      opening.abort()
      this.#connection.join(new TabSeat(port, message), message)
    }
    listen(port, take, opening.signal)
    void this.#living.then(() => post(port, { kind: 'hello', lock: this.#lock }))
  }

  /** What the end of the worker does, for tests. */
  stop(): void {
    this.#free()
  }
}
