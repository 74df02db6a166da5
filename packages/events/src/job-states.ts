/** Every state that a job can be in. */
export const JOB_STATES = [
  'created',
  'queued',
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelled',
] as const

/** Where a job stands. */
export type JobState = (typeof JOB_STATES)[number]

/** Every allowed change of state; anything else is a conflict. The SQL of the job engine is made from this table. */
export const JOB_TRANSITIONS = {
  created: ['queued', 'cancelled', 'failed'],
  queued: ['running', 'cancelled', 'failed'],
  running: ['queued', 'waiting', 'completed', 'failed', 'cancelled'],
  waiting: ['queued', 'cancelled', 'failed'],
  completed: [],
  failed: ['queued'],
  cancelled: ['queued'],
} as const satisfies Record<JobState, readonly JobState[]>

/** Why a job is (again) in the queue. */
export type QueuedReason = 'created' | 'retry' | 'busy' | 'preempted' | 'worker-lost' | 'resumed' | 'answered'

/** Where a step stands. */
export type StepStatus = 'started' | 'completed' | 'failed'

/** Who asked for a cancellation: the job's user, or the system (a limit, an operator). */
export type CancelledBy = 'user' | 'system'

/** Whether a job may go from one state to another: what `JOB_TRANSITIONS` says. */
export function canTransition(from: JobState, to: JobState): boolean {
  return (JOB_TRANSITIONS[from] as readonly JobState[]).includes(to)
}

/** True for a state that only a resume leaves. */
export function isTerminalState(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}
