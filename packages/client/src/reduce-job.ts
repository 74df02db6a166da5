import {
  isTerminalEvent,
  isTerminalState,
  type ArtifactView,
  type JobSubscription,
  type JobView,
  type MessagePayloads,
} from '@headway/events'
import { addToHistory } from './job-history.ts'
import { lifecyclePatch } from './job-lifecycle.ts'
import { isOnJobChannel, type JobMessage } from './job-message.ts'
import { applyStep, mergeSteps } from './job-steps.ts'
import { EMPTY_TEXT, appendChunk, loadText, sealText, truncateText, type JobText } from './job-text.ts'
import { isNewerProgress } from './progress-order.ts'

/** What is known of a job, from its snapshot and its messages in whatever order they came. */
export interface JobRecord {
  /** Version 0 while nothing is known. */
  readonly job: JobView
  /** A snapshot has come, so that `job` is the whole. */
  readonly isLoaded: boolean
  /** Place in the job's channel up to which messages are in here. */
  readonly seq: number
  readonly text: JobText
  readonly events: readonly JobMessage[]
}

/** A job of which nothing is known but its id. */
export function emptyJob(jobId: string): JobRecord {
  const job: JobView = {
    jobId,
    operationType: '',
    state: 'created',
    version: 0,
    progress: 0,
    progressN: 0,
    label: '',
    attempt: 0,
    cancelRequested: false,
    input: {},
    result: null,
    error: null,
    errorCode: null,
    steps: [],
    question: null,
    artifacts: [],
    textEnd: 0,
    createdAt: '',
    startedAt: null,
    finishedAt: null,
  }
  return { job, isLoaded: false, seq: 0, text: EMPTY_TEXT, events: [] }
}

/**
 * The job after a message. Messages come by two channels and may be late or double, so each part has its own order:
 * lifecycle by version, progress by attempt and `n`, text by offset, artifacts by id. A late message can never
 * bring an ended job back to life.
 */
export function reduceJob(record: JobRecord, message: JobMessage): JobRecord {
  const text = reduceText(record, message)
  // A later one of the same name takes the place of an artifact; the job's channel alone tells which is later.
  const isNewest = isOnJobChannel(message) && (message.seq ?? 0) > record.seq
  const job = reduceView(record.job, message, isNewest)
  const isShown = message.type !== 'JOB_CHUNK' && (message.type !== 'JOB_PROGRESS' || job !== record.job)
  const events = isShown ? addToHistory(record.events, message) : record.events
  const seq = isOnJobChannel(message) ? Math.max(record.seq, message.seq ?? 0) : record.seq
  const isSame = text === record.text && job === record.job && events === record.events && seq === record.seq
  if (isSame) return record
  return { ...record, job: { ...job, textEnd: text.end }, text, events, seq }
}

/** The job after a snapshot. It may be older than the messages that overtook it. */
export function loadJob(record: JobRecord, subscription: JobSubscription): JobRecord {
  const { job: fresh, text: slice, textOffset: offset, textEnd: end, seq } = subscription
  const text = loadText(record.text, { attempt: fresh.attempt, text: slice, offset, end })
  const job = { ...mergeJob(record.job, fresh, seq < record.seq), textEnd: text.end }
  return { ...record, job, isLoaded: true, seq: Math.max(record.seq, seq), text }
}

/** The view of a job after a message: the same object when it tells nothing new. `isNewest`: by the job's own channel. */
export function reduceView(job: JobView, message: JobMessage, isNewest: boolean): JobView {
  if (message.type === 'JOB_PROGRESS') return applyProgress(job, message.payload)
  if (message.type === 'JOB_ARTIFACT') return addArtifact(job, message.payload, isNewest)
  if (message.type === 'JOB_STEP') {
    const isLate = isTerminalState(job.state) && message.payload.status === 'started'
    return isLate ? job : { ...job, steps: [...applyStep(job.steps, message.payload)] }
  }
  const version = 'version' in message.payload ? message.payload.version : 0
  const patch = version > job.version ? lifecyclePatch(job, message) : undefined
  return patch ? { ...job, operationType: message.payload.operationType, ...patch, version } : job
}

function addArtifact(
  job: JobView,
  { artifactId, name, contentType, size }: MessagePayloads['JOB_ARTIFACT'],
  isNewest: boolean,
): JobView {
  const artifact = { artifactId, name, contentType, size }
  const held = findArtifact(job.artifacts, artifact)
  if (!held) return { ...job, artifacts: [...job.artifacts, artifact] }
  if (!isNewest || (held.contentType === contentType && held.size === size)) return job
  return { ...job, artifacts: job.artifacts.map((other) => (other === held ? artifact : other)) }
}

function applyProgress(job: JobView, place: MessagePayloads['JOB_PROGRESS']): JobView {
  const { attempt, n, progress, label } = place
  if (isTerminalState(job.state) || !isNewerProgress(place, { attempt: job.attempt, n: job.progressN }))
    return job
  return { ...job, attempt, progressN: n, progress, label }
}

function reduceText({ text, job }: JobRecord, message: JobMessage): JobText {
  if (message.type === 'JOB_CHUNK') return appendChunk(text, message.payload)
  if (message.type === 'JOB_RUNNING') {
    const { attempt, textOffset, version } = message.payload
    const isNew = attempt > text.attempt || (attempt === text.attempt && version > job.version)
    return isNew ? truncateText(text, attempt, textOffset ?? text.held) : text
  }
  if (isTerminalEvent(message) && message.type !== 'JOB_CANCELLED') {
    const { attempt, textEnd } = message.payload
    return textEnd !== undefined && attempt >= text.attempt ? sealText(text, textEnd) : text
  }
  return text
}

/** A view joined with a snapshot of the same job; `isOlder`: messages went further than the snapshot. */
export function mergeJob(held: JobView, fresh: JobView, isOlder: boolean): JobView {
  const heldPlace = { attempt: held.attempt, n: held.progressN }
  const progressed = isNewerProgress(heldPlace, { attempt: fresh.attempt, n: fresh.progressN }) ? held : fresh
  return {
    ...(held.version > fresh.version ? { ...held, ...pickOrigin(fresh) } : fresh),
    attempt: progressed.attempt,
    progressN: progressed.progressN,
    progress: progressed.progress,
    label: progressed.label,
    steps: mergeSteps(held.steps, fresh.steps, isOlder),
    artifacts: mergeArtifacts(held.artifacts, fresh.artifacts, isOlder),
  }
}

/** The artifacts of a snapshot joined with those that messages brought; `isOlder`: messages went further than it. */
function mergeArtifacts(
  held: readonly ArtifactView[],
  fresh: readonly ArtifactView[],
  isOlder: boolean,
): ArtifactView[] {
  const shown = isOlder ? fresh.map((artifact) => findArtifact(held, artifact) ?? artifact) : fresh
  return [...shown, ...held.filter((artifact) => !findArtifact(fresh, artifact))]
}

function findArtifact(
  artifacts: readonly ArtifactView[],
  { artifactId }: ArtifactView,
): ArtifactView | undefined {
  return artifacts.find((other) => other.artifactId === artifactId)
}

/** What a job is from its beginning, which messages may not have told. */
function pickOrigin({ operationType, input, createdAt }: JobView): Partial<JobView> {
  return { operationType, input, createdAt }
}
