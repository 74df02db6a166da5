import { unavailable } from '../errors.ts'
import type {
  RequestAck,
  RequestArgs,
  RequestName,
  Transport,
  TransportFactory,
  TransportHandlers,
} from '../transport.ts'
import { awaitLock, holdLock } from './held-lock.ts'
import { sharedWorkerName, type TabMessage, type WorkerMessage } from './shared-messages.ts'
import { tokenSubject } from './token-subject.ts'
import { listen, post } from './typed-port.ts'

/** How long a worker may take to say hello before the tab opens a connection of its own, in milliseconds. */
const HELLO_TIMEOUT_MS = 5_000
/** After so many messages the worker hears that they were taken. */
const TAKEN_STEP = 64

export interface SharedTransportOptions {
  openWorker: (name: string) => SharedWorker
  /** Opens connections where there is no worker. */
  openOwn: TransportFactory
}

/** A transport by way of the user's shared worker; where that can't be had, a connection of its own. */
export function sharedTransport({ openWorker, openOwn }: SharedTransportOptions): TransportFactory {
  let isBroken = false
  return (target, handlers) => {
    const { token } = handlers.auth()
    const userId = tokenSubject(token)
    if (isBroken || userId === undefined) return openOwn(target, handlers)
    return new SharedTransport({
      handlers,
      openWorker: () => openWorker(sharedWorkerName(target, userId)),
      open: (lock) => ({
        kind: 'open',
        path: target.path,
        url: target.url ?? globalThis.location?.origin,
        token,
        lock,
      }),
      openOwn: () => {
        isBroken = true
        return openOwn(target, handlers)
      },
    })
  }
}

interface Parts {
  handlers: TransportHandlers
  openWorker: () => SharedWorker
  open: (lock: string) => TabMessage
  openOwn: () => Transport
}

/** One attempt by way of the worker. The tab holds a lock while it sits there, which is how its end is noticed. */
class SharedTransport implements Transport {
  readonly #parts: Parts
  readonly #pending = new Map<number, (ack: unknown) => void>()
  readonly #ending = new AbortController()
  readonly #undoings: (() => void)[] = []
  #port: MessagePort | undefined
  #own: Transport | undefined
  /** The worker runs; what it complains of after that is no reason to leave it. */
  #isWelcome = false
  #requests = 0
  #taken = 0

  constructor(parts: Parts) {
    this.#parts = parts
    const lock = `headway:tab:${crypto.randomUUID()}`
    const openOwn = (): void => this.#openOwn()
    this.#undoings.push(holdLock(lock, () => this.#greet(lock), openOwn))
    const helloTimer = setTimeout(openOwn, HELLO_TIMEOUT_MS)
    this.#undoings.push(() => clearTimeout(helloTimer))
    // A tab that sleeps takes nothing: it leaves, and catches up when it is back.
    const { signal } = this.#ending
    const onSleep = (): void => this.#lose('tab_asleep')
    globalThis.document?.addEventListener('freeze', onSleep, { signal })
    globalThis.window?.addEventListener('pagehide', onSleep, { signal })
  }

  async request<TName extends RequestName>(
    name: TName,
    args: RequestArgs<TName>,
    timeoutMs: number,
  ): Promise<RequestAck<TName>> {
    if (this.#own) return await this.#own.request(name, args, timeoutMs)
    const port = this.#port
    if (!port) return unavailable(`${name} was not sent (closed)`) as RequestAck<TName>
    this.#requests += 1
    const id = this.#requests
    const ack = await new Promise((resolve) => {
      this.#pending.set(id, resolve)
      post(port, { kind: 'request', id, name, args, timeoutMs })
    })
    return ack as RequestAck<TName>
  }

  close(): void {
    this.#leave()
    this.#own?.close()
  }

  #greet(lock: string): void {
    try {
      const worker = this.#parts.openWorker()
      worker.addEventListener('error', () => this.#openOwn(), { signal: this.#ending.signal })
      this.#port = worker.port
    } catch {
      this.#openOwn()
      return
    }
    const take = ({ data }: MessageEvent<WorkerMessage>): void => this.#take(data)
    listen(this.#port, take, this.#ending.signal)
    post(this.#port, this.#parts.open(lock))
  }

  #take(data: WorkerMessage): void {
    this.#countTaken()
    const { handlers } = this.#parts
    switch (data.kind) {
      case 'hello':
        this.#isWelcome = true
        this.#undoings.pop()?.()
        this.#undoings.push(awaitLock(data.lock, () => this.#lose('shared_worker_gone')))
        break
      case 'ready':
        handlers.onOpen()
        handlers.onReady(data.ready)
        break
      case 'message':
        // The bytes are the worker's, but the server has said something.
        handlers.onData('')
        handlers.onMessage(data.message)
        break
      case 'resync':
        handlers.onResync(data.resync)
        break
      case 'expiring':
        handlers.onExpiring()
        break
      case 'closing':
        handlers.onClosing(data.closing)
        break
      case 'close':
        this.#lose(data.reason)
        break
      case 'refused':
        this.#leave()
        handlers.onRefused(data.refusal)
        break
      case 'answer':
        handlers.onData('')
        this.#pending.get(data.id)?.(data.ack)
        this.#pending.delete(data.id)
        break
      default:
        data satisfies never
    }
  }

  #countTaken(): void {
    this.#taken += 1
    if (this.#taken < TAKEN_STEP) return
    if (this.#port) post(this.#port, { kind: 'taken', count: this.#taken })
    this.#taken = 0
  }

  #lose(reason: string): void {
    if (this.#ending.signal.aborted) return
    this.#leave()
    this.#parts.handlers.onClose(reason)
  }

  #openOwn(): void {
    if (this.#isWelcome || this.#ending.signal.aborted) return
    this.#leave()
    this.#own = this.#parts.openOwn()
  }

  #leave(): void {
    if (this.#ending.signal.aborted) return
    this.#ending.abort()
    if (this.#port) post(this.#port, { kind: 'close' })
    this.#port = undefined
    for (const undo of this.#undoings) undo()
    for (const answer of this.#pending.values()) answer(unavailable('The shared connection was left'))
    this.#pending.clear()
  }
}
