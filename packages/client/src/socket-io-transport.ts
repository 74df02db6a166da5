import type { ConnectErrorData } from '@headway/events'
import { Socket } from 'engine.io-client'
import { unavailable } from './errors.ts'
import type {
  RequestAck,
  RequestArgs,
  RequestName,
  Transport,
  TransportFactory,
  TransportHandlers,
} from './transport.ts'

/** A packet of Socket.IO's default namespace: its type, the number of the call that it answers, and JSON. */
const PACKET = /^(\d)(\d*)(.*)/s
const CONNECT = '0'
const DISCONNECT = '1'
const EVENT = '2'
const ACK = '3'

/**
 * The default transport: Socket.IO over one WebSocket, on the engine of socket.io-client. The rest of that package, which shares
 * connections, upgrades and opens them again, would do what the client decides itself, and be a fifth of its size.
 *
 *   open ── CONNECT ──▶ accepted ── EVENT, ACK ──▶ … ── DISCONNECT, lost ──▶ onClose
 *                  └──▶ CONNECT_ERROR, lost ──▶ onRefused
 */
export const socketIoTransport: TransportFactory = ({ url, path }, handlers) => {
  const options = { path, transports: ['websocket'] }
  return new SocketIoTransport(url ? new Socket(url, options) : new Socket(options), handlers)
}

class SocketIoTransport implements Transport {
  readonly #engine: Socket
  readonly #handlers: TransportHandlers
  /** Calls that wait for their answer. */
  readonly #calls = new Map<string, (ack: unknown) => void>()
  #lastCall = 0
  #isAccepted = false

  constructor(engine: Socket, handlers: TransportHandlers) {
    this.#engine = engine
    this.#handlers = handlers
    engine.on('open', () => this.#send(CONNECT, handlers.auth()))
    engine.on('data', (text: string) => this.#receive(text))
    engine.on('close', (reason) => this.#end(reason))
  }

  request<TName extends RequestName>(
    name: TName,
    args: RequestArgs<TName>,
    timeoutMs: number,
  ): Promise<RequestAck<TName>> {
    const call = String((this.#lastCall += 1))
    return new Promise((resolve) => {
      const settle = (ack: unknown): void => {
        clearTimeout(timer)
        this.#calls.delete(call)
        resolve(ack as RequestAck<TName>)
      }
      const timer = setTimeout(settle, timeoutMs, unavailable(`${name} was not answered`))
      this.#calls.set(call, settle)
      this.#send(EVENT + call, [name, ...args])
    })
  }

  close(): void {
    if (this.#isAccepted) this.#send(DISCONNECT)
    this.#engine.off()
    this.#engine.close()
    for (const settle of this.#calls.values()) settle(unavailable('The connection was closed'))
  }

  #send(head: string, body?: unknown): void {
    this.#engine.send(head + (JSON.stringify(body) ?? ''))
  }

  #receive(text: string): void {
    this.#handlers.onData(text)
    const [, type, call = '', json = ''] = PACKET.exec(text) ?? []
    let value
    try {
      value = json && JSON.parse(json)
    } catch {
      return this.#end('parse error')
    }
    if (type === CONNECT) {
      this.#isAccepted = true
      this.#handlers.onOpen()
    } else if (type === EVENT) this.#tell(value)
    else if (type === ACK) this.#calls.get(call)?.(value[0])
    else this.#end('io server disconnect', value)
  }

  #tell([name, value]: [string, never]): void {
    const { onMessage, onReady, onResync, onExpiring, onClosing } = this.#handlers
    if (name === 'event') onMessage(value)
    else if (name === 'ready') onReady(value)
    else if (name === 'resync') onResync(value)
    else if (name === 'auth:expiring') onExpiring()
    else if (name === 'closing') onClosing(value)
  }

  #end(reason: string, refusal?: { message: string; data?: ConnectErrorData }): void {
    this.close()
    if (this.#isAccepted) this.#handlers.onClose(reason)
    else this.#handlers.onRefused({ message: refusal?.message ?? reason, ...refusal?.data })
  }
}
