import type { WebSocketMessage } from '@headway/events'

declare module '@headway/events' {
  interface MessagePayloads {
    /** What the harness publishes: known again by its id, whatever number the log gives it. */
    CHAOS_EVENT: { id: string; filler: string }
  }
}

/**
 * What a message says, as one word. Two copies of one message have the same, whatever their `seq`: a log that was
 * rewritten gives a message another number. Undefined for transient messages, which nobody is promised.
 */
export function messageIdOf({
  type,
  payload,
}: Pick<WebSocketMessage, 'type' | 'payload'>): string | undefined {
  const fields = payload as Partial<Record<string, string | number>>
  if (type === 'CHAOS_EVENT') return String(fields['id'])
  const detail = fields['version'] ?? fields['artifactId'] ?? fields['step']
  return detail === undefined ? undefined : `${type} ${fields['jobId']} ${detail}`
}

/**
 * Who told of it: the job, or the harness. Two writers are in no order until Postgres gives them one by their commits, which
 * row ids do not show.
 */
export function writerOf(messageId: string): string {
  return messageId.split(' ')[1] ?? 'harness'
}
