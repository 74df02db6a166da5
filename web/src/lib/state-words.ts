import type { JobState } from '@headway/events'

/** The states as people read them. */
export const STATE_WORDS: Readonly<Record<JobState, string>> = {
  created: 'Created',
  queued: 'Queued',
  running: 'Running',
  waiting: 'Needs answer',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
