import { awaitLock } from './held-lock.ts'
import type { TabMessage, WorkerMessage } from './shared-messages.ts'
import { listen, post } from './typed-port.ts'

/** Messages that may wait in a tab that takes none: it is busy, or stopped in a debugger. */
const MAX_UNTAKEN = 4_096

/** What a seat brings to the connection that it is at. */
export interface SeatHandlers {
  onRequest: (request: Extract<TabMessage, { kind: 'request' }>) => void
  /** The tab has left, was closed, has crashed, or takes nothing any more. */
  onLeave: () => void
}

/** One tab at the shared connection. */
export class TabSeat {
  readonly token: string
  readonly #port: MessagePort
  readonly #stopWaiting: () => void
  readonly #ending = new AbortController()
  #untaken = 0
  #onLeave: () => void = () => {}

  constructor(port: MessagePort, { token, lock }: { token: string; lock: string }) {
    this.token = token
    this.#port = port
    this.#stopWaiting = awaitLock(lock, () => this.#leave())
  }

  serve({ onRequest, onLeave }: SeatHandlers): void {
    this.#onLeave = onLeave
    const take = ({ data: message }: MessageEvent<TabMessage>): void => {
      if (message.kind === 'request') onRequest(message)
      else if (message.kind === 'taken') this.#untaken -= message.count
      else if (message.kind === 'close') this.#leave()
    }
    listen(this.#port, take, this.#ending.signal)
  }

  /** Tells the tab. One that takes nothing is sent away, and catches up when it is back. */
  tell(message: WorkerMessage): void {
    if (this.#ending.signal.aborted) return
    post(this.#port, message)
    this.#untaken += 1
    if (this.#untaken <= MAX_UNTAKEN) return
    post(this.#port, { kind: 'close', reason: 'tab_too_slow' })
    this.#leave()
  }

  /** Tells the last thing. */
  dismiss(message: Extract<WorkerMessage, { kind: 'close' | 'refused' }>): void {
    this.#onLeave = () => {}
    this.tell(message)
    this.#leave()
  }

  #leave(): void {
    if (this.#ending.signal.aborted) return
    this.#stopWaiting()
    this.#ending.abort()
    this.#onLeave()
  }
}
