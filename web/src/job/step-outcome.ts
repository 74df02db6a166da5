import type { JobMessage } from '@headway/client'
import type { QueueWait } from '@headway/client/jobs'
import type { JobView, QueuedReason, StepStatus, StepView } from '@headway/events'

/** How a step is shown. `stopped`: it did not end, and was not what went wrong. */
export type StepOutcome = StepStatus | 'stopped'

/** Why a job is in the queue after an attempt that was broken off from outside. */
const BROKEN_OFF: ReadonlySet<QueuedReason> = new Set(['preempted', 'worker-lost', 'busy'])

/** A worker reports a step that it had to break off as failed; whoever has cancelled a job sees no failure in that. */
export function stepOutcome(
  { status, index }: StepView,
  job: Pick<JobView, 'state' | 'cancelRequested' | 'steps'>,
  wait: QueueWait | null,
): StepOutcome {
  if (status === 'started') return job.state === 'running' ? 'started' : 'stopped'
  if (status !== 'failed') return status
  const isBrokenOff =
    job.state === 'cancelled' || job.cancelRequested || (wait !== null && BROKEN_OFF.has(wait.reason))
  const wentOn = job.steps.some((step) => step.index > index && step.status !== 'failed')
  return isBrokenOff && !wentOn ? 'stopped' : 'failed'
}

/** The same of a message: what came next tells whether its step was broken off. */
export function isBrokenOff(messages: readonly JobMessage[], index: number): boolean {
  const message = messages[index]
  if (message?.type !== 'JOB_STEP' || message.payload.status !== 'failed') return false
  for (const next of messages.slice(index + 1)) {
    if (next.type === 'JOB_CANCELLED') return true
    if (next.type === 'JOB_QUEUED') return BROKEN_OFF.has(next.payload.reason)
    if (!isOfSameEnd(next)) return false
  }
  return false
}

/** Steps that were taken side by side are broken off together. */
function isOfSameEnd(message: JobMessage): boolean {
  if (message.type === 'JOB_STEP') return message.payload.status === 'failed'
  return message.type === 'JOB_PROGRESS' || message.type === 'JOB_ARTIFACT'
}
