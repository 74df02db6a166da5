import type { WebSocketMessage } from '@headway/events'
import { isLifecycle } from './check-lifecycle.ts'

/** Exclusive jobs of one user that ran at the same time, by what was committed to the user's channel. */
export function exclusiveProblems(messages: readonly WebSocketMessage[]): string[] {
  const problems: string[] = []
  let running: string | undefined
  for (const message of messages) {
    if (!isLifecycle(message) || message.payload.operationType === 'scripted') continue
    const { jobId } = message.payload
    if (message.type === 'JOB_STARTED') {
      if (running !== undefined) problems.push(`job ${jobId} started while ${running} ran, both exclusive`)
      running = jobId
    } else if (message.type !== 'JOB_RUNNING' && running === jobId) {
      running = undefined
    }
  }
  return problems
}
