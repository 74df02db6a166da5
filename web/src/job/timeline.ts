import type { JobMessage } from '@headway/client'
import type { JobView } from '@headway/events'
import { formatBytes } from '../lib/format.ts'
import { messageDetail, stepDetail } from './message-detail.ts'

/** One line of a job's timeline. */
export interface TimelineLine {
  key: string
  type: JobMessage['type']
  /** ISO-8601; null where only the fact is known. */
  time: string | null
  detail: string
  /** How many messages in a row the line stands for. */
  count: number
}

/**
 * What has happened to a job, oldest first: what was heard live, and around it what the job's record tells about the
 * time when nobody listened.
 */
export function timelineOf(heard: readonly JobMessage[], job: JobView): TimelineLine[] {
  const types = new Set(heard.map(({ type }) => type))
  return [...recordedBefore(job, heard, types), ...heardLines(heard), ...recordedEnd(job, types)]
}

/** Messages of progress in a row are one line, the newest. */
function heardLines(messages: readonly JobMessage[]): TimelineLine[] {
  const lines: TimelineLine[] = []
  for (const message of inOrder(messages)) {
    const last = lines.at(-1)
    const isInRow = message.type === 'JOB_PROGRESS' && last?.type === 'JOB_PROGRESS'
    const line = {
      type: message.type,
      time: message.timestamp,
      detail: messageDetail(message),
    }
    if (isInRow) lines[lines.length - 1] = { ...last, ...line, count: last.count + 1 }
    else lines.push({ ...line, key: keyOf(message), count: 1 })
  }
  return lines
}

/** What a worker says of an attempt before its end, in the order of its own clock. */
const OF_AN_ATTEMPT: ReadonlySet<string> = new Set([
  'JOB_STARTED',
  'JOB_RUNNING',
  'JOB_STEP',
  'JOB_CHECKPOINT',
  'JOB_ARTIFACT',
] satisfies JobMessage['type'][])

/** Progress takes no place in a channel and overtakes what was said before it: it goes behind that here. */
function inOrder(messages: readonly JobMessage[]): JobMessage[] {
  const ordered: JobMessage[] = []
  for (const message of messages) {
    let at = ordered.length
    if (OF_AN_ATTEMPT.has(message.type)) while (isLaterProgress(ordered[at - 1], message)) at -= 1
    ordered.splice(at, 0, message)
  }
  return ordered
}

function isLaterProgress(held: JobMessage | undefined, message: JobMessage): boolean {
  return held?.type === 'JOB_PROGRESS' && held.timestamp > message.timestamp
}

/** The same for both channels' copies of a message, so that a line stays in place when the other copy comes. */
function keyOf(message: JobMessage): string {
  if ('version' in message.payload) return `${message.type}:${message.payload.version}`
  if (message.type === 'JOB_PROGRESS')
    return `${message.type}:${message.payload.attempt}:${message.payload.n}`
  if (message.type === 'JOB_ARTIFACT') return `${message.type}:${message.payload.artifactId}`
  return `${message.type}:${message.seq ?? message.timestamp}`
}

function recordedBefore(
  job: JobView,
  heard: readonly JobMessage[],
  types: ReadonlySet<string>,
): TimelineLine[] {
  if (types.has('JOB_CREATED')) return []
  const steps = new Set<string>()
  const artifacts = new Set<string>()
  for (const message of heard) {
    if (message.type === 'JOB_STEP') steps.add(message.payload.step)
    if (message.type === 'JOB_ARTIFACT') artifacts.add(message.payload.artifactId)
  }
  const lines = [recorded('JOB_CREATED', job.createdAt, '')]
  if (job.startedAt !== null && !types.has('JOB_STARTED')) {
    // The time is that of the first attempt.
    lines.push(recorded('JOB_STARTED', job.startedAt, 'attempt 1'))
  }
  for (const step of job.steps) {
    if (steps.has(step.name)) continue
    lines.push(recorded('JOB_STEP', null, stepDetail(step.name, step.status, step.durationMs), step.name))
  }
  for (const { artifactId, name, size } of job.artifacts) {
    if (artifacts.has(artifactId)) continue
    lines.push(recorded('JOB_ARTIFACT', null, `${name}, ${formatBytes(size)}`, artifactId))
  }
  return lines
}

const END_TYPES = { completed: 'JOB_COMPLETED', failed: 'JOB_FAILED', cancelled: 'JOB_CANCELLED' } as const

function recordedEnd(job: JobView, types: ReadonlySet<string>): TimelineLine[] {
  if (job.state !== 'completed' && job.state !== 'failed' && job.state !== 'cancelled') return []
  const type = END_TYPES[job.state]
  if (types.has(type)) return []
  return [
    recorded(type, job.finishedAt, job.error === null ? '' : `${job.errorCode ?? 'error'}: ${job.error}`),
  ]
}

function recorded(type: TimelineLine['type'], time: string | null, detail: string, id = ''): TimelineLine {
  return { key: `recorded:${type}:${id}`, type, time, detail, count: 1 }
}
