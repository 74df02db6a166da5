import type { JobMessage } from '@headway/client'
import { formatBytes, formatDuration } from '../lib/format.ts'
import { tookWords } from '../lib/took-words.ts'
import type { StepOutcome } from './step-outcome.ts'

/** What a message tells besides its type, in a few words; empty where the type says it all. */
export function messageDetail(message: JobMessage): string {
  switch (message.type) {
    case 'JOB_CREATED':
    case 'JOB_CHUNK':
      return ''
    case 'JOB_QUEUED':
      return message.payload.reason === 'created' ? '' : message.payload.reason
    case 'JOB_STARTED':
      return `attempt ${message.payload.attempt}`
    case 'JOB_RUNNING':
      return message.payload.resumedFrom === undefined ? '' : `after ${message.payload.resumedFrom}`
    case 'JOB_PROGRESS':
      return `${Math.round(message.payload.progress)} % ${message.payload.label}`.trimEnd()
    case 'JOB_STEP': {
      const { step, status, durationMs, error } = message.payload
      return stepDetail(step, status, durationMs ?? null, error)
    }
    case 'JOB_CHECKPOINT':
      return message.payload.step
    case 'JOB_QUESTION':
      return message.payload.prompt
    case 'JOB_ANSWERED':
      return message.payload.question
    case 'JOB_ARTIFACT':
      return `${message.payload.name}, ${formatBytes(message.payload.size)}`
    case 'JOB_COMPLETED':
      return tookWords(message.payload.durationMs, message.payload.attempt === 1)
    case 'JOB_FAILED':
      return `${message.payload.code}: ${message.payload.error}`
    case 'JOB_CANCELLED':
      return cancelDetail(message.payload)
    case 'JOB_RESUMED':
      return message.payload.fromStep === undefined ? '' : `after ${message.payload.fromStep}`
    default:
      return message satisfies never
  }
}

export function stepDetail(
  step: string,
  status: StepOutcome,
  durationMs: number | null,
  error?: string,
): string {
  const took = status === 'completed' && durationMs !== null ? ` in ${formatDuration(durationMs)}` : ''
  return `${step} ${status}${took}${error === undefined ? '' : `: ${error}`}`
}

function cancelDetail({ by, reason }: { by?: string; reason?: string }): string {
  return [by === undefined ? '' : `by ${by}`, reason ?? ''].filter((part) => part !== '').join(': ')
}
