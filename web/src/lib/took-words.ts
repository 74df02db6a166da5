import type { JobView } from '@headway/events'
import { formatDuration } from './format.ts'

/** How long a job took from its start to its end, in milliseconds; null where it did not start or has not ended. */
export function tookMs({ startedAt, finishedAt }: Pick<JobView, 'startedAt' | 'finishedAt'>): number | null {
  if (startedAt === null || finishedAt === null) return null
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))
}

/**
 * All of the time from its start to its end was work. Of any other job a part may have been waiting: for an answer, for
 * another attempt, or for somebody to resume it.
 */
export function hasWorkedThrough({ state, attempt }: Pick<JobView, 'state' | 'attempt'>): boolean {
  return state === 'completed' && attempt === 1
}

/** `in 3.2 s`, or `1 min 41 s from start to end` where a part of it may have been waiting. */
export function tookWords(ms: number, isAllWork: boolean): string {
  return isAllWork ? `in ${formatDuration(ms)}` : `${formatDuration(ms)} from start to end`
}
