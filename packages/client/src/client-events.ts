import { jobChannel, type MessageOf, type MessageType, type WebSocketMessage } from '@headway/events'
import { isJobMessage, isOnJobChannel, type JobMessage } from './job-message.ts'
import { LifecycleDedupe } from './lifecycle-dedupe.ts'
import { Listeners } from './listeners.ts'
import { ProgressOrder } from './progress-order.ts'

/** What can be listened to: */
type Routes = { [TType in MessageType]: MessageOf<TType> } & {
  /** each message of a job's own channel; */
  [channel: `job:${string}`]: JobMessage
  /** each message, once; */
  '*': WebSocketMessage
  /** each message of each channel, before all others and also what another channel has brought already. */
  '**': WebSocketMessage
}

/** Takes messages to their listeners: those of a job hear its channel, all others hear each message once. */
export class MessageRouter extends Listeners<Routes> {
  readonly #lifecycle = new LifecycleDedupe()
  readonly #progress = new ProgressOrder()

  /**
   * Those who keep values come first, so that the others find them as the message left them. False for a message that
   * another channel has brought already, or that a newer one has overtaken.
   */
  route(message: WebSocketMessage): boolean {
    this.emit('**', message)
    if (isJobMessage(message) && isOnJobChannel(message))
      this.emit(jobChannel(message.payload.jobId), message)
    if (!this.#lifecycle.admit(message) || !this.#progress.admit(message)) return false
    this.emit(message.type, message)
    this.emit('*', message)
    return true
  }
}
