import { isTerminalEvent, type MessageOf, type MessageType, type WebSocketMessage } from '@headway/events'

type Lifecycle =
  | 'JOB_CREATED'
  | 'JOB_QUEUED'
  | 'JOB_STARTED'
  | 'JOB_RUNNING'
  | 'JOB_QUESTION'
  | 'JOB_ANSWERED'
  | 'JOB_COMPLETED'
  | 'JOB_FAILED'
  | 'JOB_CANCELLED'
  | 'JOB_RESUMED'

/** What may be told next of a job. */
const NEXT: Record<Lifecycle, readonly Lifecycle[]> = {
  JOB_CREATED: ['JOB_QUEUED'],
  JOB_QUEUED: ['JOB_QUEUED', 'JOB_STARTED', 'JOB_CANCELLED'],
  JOB_STARTED: ['JOB_RUNNING', 'JOB_QUEUED', 'JOB_FAILED', 'JOB_CANCELLED'],
  JOB_RUNNING: ['JOB_QUEUED', 'JOB_QUESTION', 'JOB_COMPLETED', 'JOB_FAILED', 'JOB_CANCELLED'],
  JOB_QUESTION: ['JOB_ANSWERED', 'JOB_FAILED', 'JOB_CANCELLED'],
  JOB_ANSWERED: ['JOB_QUEUED'],
  JOB_COMPLETED: [],
  JOB_FAILED: ['JOB_RESUMED'],
  JOB_CANCELLED: ['JOB_RESUMED'],
  JOB_RESUMED: ['JOB_QUEUED'],
}

export type LifecycleMessage = MessageOf<Lifecycle>

export function isLifecycle(message: { type: string }): message is LifecycleMessage {
  return message.type in NEXT
}

/**
 * What is wrong with the messages that Postgres holds for one channel of one job, in their order: each version once, the
 * changes of state in an order that the table allows, attempts counting up, and nothing of an attempt that is over.
 */
export function lifecycleProblems(messages: readonly WebSocketMessage[]): string[] {
  const problems: string[] = []
  let last: LifecycleMessage | undefined
  let attempt = 0
  for (const message of messages) {
    if (!isLifecycle(message)) {
      if (last?.type !== 'JOB_RUNNING') problems.push(`${message.type} comes after ${last?.type}`)
      continue
    }
    const version = (last?.payload.version ?? 0) + 1
    if (message.payload.version !== version) {
      problems.push(`${message.type} has version ${message.payload.version} instead of ${version}`)
    }
    const isNext = last ? NEXT[last.type].includes(message.type) : message.type === 'JOB_CREATED'
    if (!isNext) problems.push(`${message.type} comes after ${last?.type}`)
    if (message.type === 'JOB_STARTED') attempt += 1
    if ('attempt' in message.payload && message.payload.attempt !== attempt) {
      problems.push(`${message.type} is of attempt ${message.payload.attempt} instead of ${attempt}`)
    }
    last = message
  }
  if (!last || !isTerminalEvent(last)) problems.push(`the last word is ${last?.type}`)
  return problems
}

/** Messages of the types that only the job's channel has, per step. */
export function countOf(messages: readonly WebSocketMessage[], type: MessageType, step: string): number {
  return messages.filter((message) => {
    const payload = message.payload as { step?: string; status?: string }
    return message.type === type && payload.step === step && (payload.status ?? 'completed') === 'completed'
  }).length
}
