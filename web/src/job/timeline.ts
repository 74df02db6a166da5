import type { JobMessage } from '@headway/client'
import type { JobView } from '@headway/events'
import { messageDetail, stepDetail } from './message-detail.ts'
import { recordedEvents, type RecordedEvent } from './recorded-events.ts'
import { isBrokenOff } from './step-outcome.ts'

/** As many messages of a job are kept, the newest: what `events` of a job promises. */
const MAX_HEARD = 1_000

/** One line of a job's timeline. */
export interface TimelineLine {
  key: string
  type: JobMessage['type']
  /** ISO-8601; null where only the fact is known. */
  time: string | null
  detail: string
  /** How many messages in a row the line stands for. */
  count: number
  /** Nobody heard it: the job's record tells it. */
  isRecorded: boolean
}

/** What has happened to a job, oldest first. */
export interface Timeline {
  lines: TimelineLine[]
  /** Messages that were heard and are still held. */
  heard: number
  /** There were more messages than are held. */
  isCut: boolean
  /** Index of the line from which on nothing is missing; null where no line is from the record. */
  completeFrom: number | null
}

/** What was heard of a job, and what its record tells about the times when nobody listened. */
export function timelineOf(heard: readonly JobMessage[], job: JobView): Timeline {
  const ordered = inOrder(heard)
  const isCut = heard.length >= MAX_HEARD
  // Without it there is no telling what was never heard from what is no longer held.
  const hasBeginning = heard.some(({ type }) => type === 'JOB_CREATED')
  const unheard = isCut && !hasBeginning ? [] : recordedEvents(job, ordered)
  const lines = linesOf(ordered, unheard)
  const completeFrom = unheard.length === 0 ? null : lines.findLastIndex(({ isRecorded }) => isRecorded) + 1
  return { lines, heard: heard.length, isCut, completeFrom }
}

function linesOf(messages: readonly JobMessage[], unheard: readonly RecordedEvent[]): TimelineLine[] {
  const lines: TimelineLine[] = []
  let next = 0
  const addRecorded = (upTo: number) => {
    for (let event = unheard[next]; event && event.at <= upTo; event = unheard[next]) {
      lines.push(recordedLine(event))
      next += 1
    }
  }
  for (const [index, message] of messages.entries()) {
    addRecorded(index)
    addHeard(lines, message, detailOf(messages, index, message))
  }
  addRecorded(messages.length)
  return lines
}

/** Messages of progress in a row are one line, the newest. */
function addHeard(lines: TimelineLine[], message: JobMessage, detail: string): void {
  const last = lines.at(-1)
  const isInRow = message.type === 'JOB_PROGRESS' && last?.type === 'JOB_PROGRESS'
  const line = { type: message.type, time: message.timestamp, detail }
  if (isInRow) lines[lines.length - 1] = { ...last, ...line, count: last.count + 1 }
  else lines.push({ ...line, key: keyOf(message), count: 1, isRecorded: false })
}

/** How a step was broken off is of no interest to who has cancelled the job. */
function detailOf(messages: readonly JobMessage[], index: number, message: JobMessage): string {
  if (message.type !== 'JOB_STEP' || !isBrokenOff(messages, index)) return messageDetail(message)
  return stepDetail(message.payload.step, 'stopped', null)
}

function recordedLine({ type, id, time, detail }: RecordedEvent): TimelineLine {
  return { key: `recorded:${type}:${id}`, type, time, detail, count: 1, isRecorded: true }
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
