import type { JobMessage } from '@headway/client'
import type { JobView, StepView } from '@headway/events'
import { formatBytes } from '../lib/format.ts'
import { stepDetail } from './message-detail.ts'
import { stepOutcome } from './step-outcome.ts'

/** Something that the job's record tells and no message has told. */
export interface RecordedEvent {
  /** Tells it apart from others of its type. */
  id: string
  type: JobMessage['type']
  /** ISO-8601; null where only the fact is known. */
  time: string | null
  detail: string
  /** How many of the heard messages were before it. */
  at: number
}

/**
 * What happened to a job while nobody listened, oldest first, each at the place where it belongs among the messages
 * that were heard: behind all that may have come before it, before the first that surely came after.
 */
export function recordedEvents(job: JobView, heard: readonly JobMessage[]): RecordedEvent[] {
  const begin = heard.findIndex((message) => !isFirstOfAll(message))
  const beginAt = begin === -1 ? heard.length : begin
  const steps = recordedSteps(job, heard)
  return [
    ...recordedBeginning(job, heard, beginAt),
    ...steps,
    ...recordedArtifacts(job, heard, steps.at(-1)?.at ?? beginAt),
    ...recordedQuestion(job, heard),
    ...recordedEnd(job, heard),
  ].toSorted((a, b) => a.at - b.at)
}

function recordedBeginning(job: JobView, heard: readonly JobMessage[], at: number): RecordedEvent[] {
  const isCreationHeard = heard.some(({ type }) => type === 'JOB_CREATED')
  const isStartHeard = heard.some(
    (message) => message.type === 'JOB_STARTED' && message.payload.attempt === 1,
  )
  return [
    ...(isCreationHeard ? [] : [recorded('JOB_CREATED', { time: job.createdAt, at: 0 })]),
    // The time is that of the first attempt.
    ...(isStartHeard || job.startedAt === null
      ? []
      : [recorded('JOB_STARTED', { time: job.startedAt, detail: 'attempt 1', at })]),
  ]
}

function recordedSteps(job: JobView, heard: readonly JobMessage[]): RecordedEvent[] {
  const told = new Set(heard.map((message) => (message.type === 'JOB_STEP' ? stepKey(message.payload) : '')))
  const untold = job.steps.filter(({ name, status }) => !told.has(stepKey({ step: name, status })))
  const places = placesOf(untold, job, heard)
  const ends = untold.map((step) => {
    const { name, status, durationMs } = step
    // That it was begun stays true when it is not under way any more.
    const outcome = status === 'started' ? status : stepOutcome(step, job, null)
    const detail = stepDetail(name, outcome, durationMs)
    const id = stepKey({ step: name, status })
    return recorded('JOB_STEP', { id, detail, at: places.get(name) ?? heard.length })
  })
  return [...ends, ...recordedBegins(heard)]
}

/** Steps whose end was heard, and not how they began. */
function recordedBegins(heard: readonly JobMessage[]): RecordedEvent[] {
  const begun = new Set<string>()
  const begins: RecordedEvent[] = []
  for (const [position, message] of heard.entries()) {
    if (message.type !== 'JOB_STEP') continue
    const { step, status, durationMs } = message.payload
    // Without a duration it never began: it was reported as done.
    if (status !== 'started' && durationMs !== undefined && !begun.has(step)) {
      const at = placeAt(heard, position, beginMs(message))
      const id = stepKey({ step, status: 'started' })
      begins.push(recorded('JOB_STEP', { id, detail: stepDetail(step, 'started', null), at }))
    }
    begun.add(step)
  }
  return begins
}

function stepKey({ step, status }: { step: string; status: string }): string {
  return `${status} ${step}`
}

function recordedArtifacts(job: JobView, heard: readonly JobMessage[], at: number): RecordedEvent[] {
  const told = new Set(
    heard.map((message) => (message.type === 'JOB_ARTIFACT' ? message.payload.artifactId : '')),
  )
  return job.artifacts
    .filter(({ artifactId }) => !told.has(artifactId))
    .map(({ artifactId, name, size }) =>
      recorded('JOB_ARTIFACT', { id: artifactId, detail: `${name}, ${formatBytes(size)}`, at }),
    )
}

/** A question stays where it was after its answer has come, which names it. */
function recordedQuestion({ question }: JobView, heard: readonly JobMessage[]): RecordedEvent[] {
  const asked = new Set(
    heard.map((message) => (message.type === 'JOB_QUESTION' ? message.payload.question : '')),
  )
  const at = heard.findIndex(
    (message) => message.type === 'JOB_ANSWERED' && !asked.has(message.payload.question),
  )
  const answered = heard[at]
  if (answered?.type === 'JOB_ANSWERED') {
    const id = answered.payload.question
    return [recorded('JOB_QUESTION', { id, detail: id, at })]
  }
  if (question === null || asked.has(question.name)) return []
  return [recorded('JOB_QUESTION', { id: question.name, detail: question.prompt, at: heard.length })]
}

const END_TYPES = { completed: 'JOB_COMPLETED', failed: 'JOB_FAILED', cancelled: 'JOB_CANCELLED' } as const

function recordedEnd(job: JobView, heard: readonly JobMessage[]): RecordedEvent[] {
  if (job.state !== 'completed' && job.state !== 'failed' && job.state !== 'cancelled') return []
  if (heard.some((message) => tellsState(message, job))) return []
  const detail = job.error === null ? '' : `${job.errorCode ?? 'error'}: ${job.error}`
  return [recorded(END_TYPES[job.state], { time: job.finishedAt, detail, at: heard.length })]
}

/** The message that has brought the job into the state in which it is. */
function tellsState(message: JobMessage, { version }: JobView): boolean {
  return 'version' in message.payload && message.payload.version === version
}

/** Where each of the steps belongs; they come in the order of their `index`. */
function placesOf(
  steps: readonly StepView[],
  job: JobView,
  heard: readonly JobMessage[],
): Map<string, number> {
  const indexes = new Map(job.steps.map(({ name, index }) => [name, index]))
  const places = new Map<string, number>()
  let next = 0
  const place = (upTo: number, at: number, latestMs: number) => {
    const first = next
    while ((steps[next]?.index ?? Infinity) <= upTo) next += 1
    placeBackwards(steps.slice(first, next), { at, latestMs, heard, places })
  }
  for (const [position, message] of heard.entries()) {
    const upTo = lastStepBefore(message, job, indexes)
    if ((steps[next]?.index ?? Infinity) > upTo) continue
    const at = isOfAttempt(message) ? position : attemptEnd(heard, position)
    place(upTo, at, beginMs(heard[at] ?? message))
  }
  // What a worker says now of its progress comes behind the steps that it has begun.
  let now = heard.length
  while (heard[now - 1]?.type === 'JOB_PROGRESS') now -= 1
  place(Number.MAX_SAFE_INTEGER, attemptEnd(heard, now), Infinity)
  return places
}

/** A step ends before the next one begins: nothing that was said after that can stand before it. */
function placeBackwards(
  steps: readonly StepView[],
  where: { at: number; latestMs: number; heard: readonly JobMessage[]; places: Map<string, number> },
): void {
  let { at, latestMs } = where
  for (const { name, durationMs } of steps.toReversed()) {
    at = placeAt(where.heard, at, latestMs)
    where.places.set(name, at)
    latestMs -= durationMs ?? 0
  }
}

/** The place before what a worker has said later than at a time. */
function placeAt(heard: readonly JobMessage[], position: number, ms: number): number {
  let at = position
  while (isLaterReport(heard[at - 1], ms)) at -= 1
  return at
}

/** The user's channel brings these also while the job's own is not followed yet. */
function isLaterReport(held: JobMessage | undefined, ms: number): boolean {
  const isReport = held?.type === 'JOB_PROGRESS' || held?.type === 'JOB_ARTIFACT'
  return isReport && Date.parse(held.timestamp) > ms
}

/** When that began of which a message tells. */
function beginMs(message: JobMessage): number {
  const durationMs = message.type === 'JOB_STEP' ? (message.payload.durationMs ?? 0) : 0
  return Date.parse(message.timestamp) - durationMs
}

/** Index of the last step that is known to have come before the message; -1 where none is. */
function lastStepBefore(message: JobMessage, job: JobView, indexes: ReadonlyMap<string, number>): number {
  // Only a job that runs has come further since.
  if (job.state !== 'running' && tellsState(message, job)) return Number.MAX_SAFE_INTEGER
  if (message.type === 'JOB_STEP') return message.payload.index - 1
  const name = lastCompletedStep(message)
  return name === undefined ? -1 : (indexes.get(name) ?? -1)
}

function lastCompletedStep(message: JobMessage): string | undefined {
  if (message.type === 'JOB_CHECKPOINT') return message.payload.step
  if (message.type === 'JOB_RUNNING') return message.payload.resumedFrom
  return message.type === 'JOB_RESUMED' ? message.payload.fromStep : undefined
}

/** Where the attempt ended behind which a place lies: between two attempts no step is taken. */
function attemptEnd(heard: readonly JobMessage[], position: number): number {
  let at = position
  for (let held = heard[at - 1]; held && isBetweenAttempts(held); held = heard[at - 1]) at -= 1
  return at
}

function isBetweenAttempts(message: JobMessage): boolean {
  if (isFirstOfAll(message)) return false
  if (message.type === 'JOB_QUEUED' || message.type === 'JOB_STARTED' || message.type === 'JOB_RESUMED')
    return true
  if (message.type === 'JOB_QUESTION' || message.type === 'JOB_ANSWERED') return true
  return message.type === 'JOB_FAILED' || message.type === 'JOB_CANCELLED'
}

function isOfAttempt({ type }: JobMessage): boolean {
  return type === 'JOB_STEP' || type === 'JOB_CHECKPOINT'
}

/** Nothing but the job's creation comes before it. */
function isFirstOfAll(message: JobMessage): boolean {
  if (message.type === 'JOB_QUEUED') return message.payload.reason === 'created'
  if (message.type === 'JOB_STARTED') return message.payload.attempt === 1
  return message.type === 'JOB_CREATED'
}

function recorded(
  type: RecordedEvent['type'],
  { id = '', time = null, detail = '', at }: Partial<RecordedEvent> & { at: number },
): RecordedEvent {
  return { id, type, time, detail, at }
}
