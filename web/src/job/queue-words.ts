import type { QueueWait } from '@headway/client/jobs'
import type { QueuedReason } from '@headway/events'
import { formatDuration } from '../lib/format.ts'

const REASONS: Readonly<Record<QueuedReason, string>> = {
  created: 'Waiting for a worker',
  retry: 'An attempt failed; waiting to try again',
  busy: 'Waiting for another job of yours',
  preempted: 'Gave way to a more urgent job of yours',
  'worker-lost': 'Its worker was lost; waiting for another one',
  resumed: 'Resumed; waiting for a worker',
  answered: 'Answered; waiting for a worker',
}

/** Why a job waits in the queue, and how long at least where that is known. */
export function queueWords(wait: QueueWait | null, now: number): string {
  const reason = REASONS[wait?.reason ?? 'created']
  const leftMs = wait?.notBefore === undefined ? 0 : Date.parse(wait.notBefore) - now
  return leftMs > 0 ? `${reason}; next try in ${wholeSeconds(leftMs)}` : reason
}

function wholeSeconds(ms: number): string {
  return ms <= 59_000 ? `${Math.ceil(ms / 1_000)} s` : formatDuration(ms)
}
