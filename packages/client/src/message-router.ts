import type { MessageOf, MessageType, WebSocketMessage } from '@headway/events'
import { isJobMessage, isOnJobChannel, type JobMessage } from './job-message.ts'
import { LifecycleDedupe } from './lifecycle-dedupe.ts'
import { Listeners } from './listeners.ts'
import { ProgressOrder } from './progress-order.ts'

const ANY = '*'
const EACH = ''

/** Takes messages to their listeners: those of a job hear its channel, all others hear each message once. */
export class MessageRouter {
  readonly #lifecycle = new LifecycleDedupe()
  readonly #progress = new ProgressOrder()
  readonly #byType: Listeners<Record<string, WebSocketMessage>>
  readonly #byJob: Listeners<Record<string, JobMessage>>

  constructor(onError: (error: unknown) => void) {
    this.#byType = new Listeners(onError)
    this.#byJob = new Listeners(onError)
  }

  on<TType extends MessageType>(type: TType, callback: (message: MessageOf<TType>) => void): () => void {
    return this.#byType.add(type, callback as (message: never) => void as (message: WebSocketMessage) => void)
  }

  onAny(callback: (message: WebSocketMessage) => void): () => void {
    return this.#byType.add(ANY, callback)
  }

  onEach(callback: (message: WebSocketMessage) => void): () => void {
    return this.#byType.add(EACH, callback)
  }

  onJob(jobId: string, callback: (message: JobMessage) => void): () => void {
    return this.#byJob.add(jobId, callback)
  }

  /**
   * Those who keep values come first, so that the others find them as the message left them. False for a message that
   * another channel has brought already, or that a newer one has overtaken.
   */
  route(message: WebSocketMessage): boolean {
    this.#byType.emit(EACH, message)
    if (isJobMessage(message) && isOnJobChannel(message)) this.#byJob.emit(message.payload.jobId, message)
    if (!this.#lifecycle.admit(message) || !this.#progress.admit(message)) return false
    this.#byType.emit(message.type, message)
    this.#byType.emit(ANY, message)
    return true
  }

  clear(): void {
    this.#byType.clear()
    this.#byJob.clear()
  }
}
