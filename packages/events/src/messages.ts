import type { Channel } from './channels.ts'
import type { MessagePayloads } from './message-payloads.ts'

/** Name of an event: SCREAMING_SNAKE, of Headway or added by the application. */
export type MessageType = keyof MessagePayloads

/** What a publisher hands in: the type picks the payload; the time is now unless given. */
export type OutgoingMessage<TType extends MessageType = MessageType> = {
  [T in TType]: {
    type: T
    payload: MessagePayloads[T]
    /** ISO-8601 UTC with milliseconds, of the event. */
    timestamp?: string
  }
}[TType]

/** One message of the given type (or types) as it arrives. */
export type MessageOf<TType extends MessageType> = {
  [T in TType]: {
    type: T
    payload: MessagePayloads[T]
    /** ISO-8601 UTC with milliseconds, of the event. */
    timestamp: string
    channel: Channel
    /** Place in the channel: strictly increasing, below 2^53. Absent on transient messages and text chunks. */
    seq?: number
    /** `seq` of the durable message before it in the channel; for the first one, the channel's genesis. */
    prev?: number
  }
}[TType]

/** One event on the wire; `type` picks `payload`. */
export type WebSocketMessage = MessageOf<MessageType>

/** Types that are never stored for replay; the newest progress of a job is kept for snapshots. */
export const TRANSIENT_EVENT_TYPES = [
  'JOB_PROGRESS',
  'CUSTOMER_UPDATE_PROGRESS',
] as const satisfies readonly MessageType[]

/** A type of message that is never replayed. */
export type TransientEventType = (typeof TRANSIENT_EVENT_TYPES)[number]

/** Types of JOB_* messages, the application's own included. */
export type WorkflowEventType = Extract<MessageType, `JOB_${string}`>

/** Whether messages of a type are sent once and never replayed. */
export function isTransientType(type: string): type is TransientEventType {
  return (TRANSIENT_EVENT_TYPES as readonly string[]).includes(type)
}

/** True for a message about a job: one of the JOB_* types. */
export function isWorkflowEvent(message: { type: string }): message is MessageOf<WorkflowEventType> {
  return message.type.startsWith('JOB_')
}

/** True for the message that ends a job: completed, failed or cancelled. */
export function isTerminalEvent(message: {
  type: string
}): message is MessageOf<'JOB_COMPLETED' | 'JOB_FAILED' | 'JOB_CANCELLED'> {
  return message.type === 'JOB_COMPLETED' || message.type === 'JOB_FAILED' || message.type === 'JOB_CANCELLED'
}

/** True for a message with a place in its channel, which a reconnect replays. */
export function isDurableMessage<TMessage extends WebSocketMessage>(
  message: TMessage,
): message is TMessage & { seq: number; prev: number } {
  return typeof message.seq === 'number' && typeof message.prev === 'number'
}

/** Narrows a message to one type. */
export function isMessageOf<TType extends MessageType>(
  message: { type: string },
  type: TType,
): message is MessageOf<TType> {
  return message.type === type
}

/** True for a value with the outer shape of a message; payloads are checked by the schemas' entry point. */
export function isWebSocketMessage(value: unknown): value is WebSocketMessage {
  const message = value as Partial<Record<keyof WebSocketMessage, unknown>> | null | undefined
  return (
    typeof message?.type === 'string' &&
    typeof message.payload === 'object' &&
    message.payload !== null &&
    typeof message.timestamp === 'string' &&
    typeof message.channel === 'string'
  )
}
