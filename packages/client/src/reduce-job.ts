import { isTerminalState, type JobSubscription, type JobView } from '@headway/events'
import { addToHistory } from './job-history.ts'
import { lifecyclePatch } from './job-lifecycle.ts'
import { isOnJobChannel, type JobMessage, type JobNews } from './job-message.ts'
import { mergeArtifacts, mergeSteps } from './job-parts.ts'
import { EMPTY_TEXT, appendChunk, truncateText, type JobText } from './job-text.ts'
import { isNewerProgress } from './progress-order.ts'
import { utf8Length } from './utf8.ts'

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
  const seq = Math.max(record.seq, isOnJobChannel(message) ? (message.seq ?? 0) : 0)
  const text = reduceText(record, message)
  const job = reduceView(record.job, message, seq > record.seq)
  const isHidden = message.type === 'JOB_CHUNK' || (message.type === 'JOB_PROGRESS' && job === record.job)
  const events = isHidden ? record.events : addToHistory(record.events, message)
  // What is in the history already has told what it has to tell.
  if (text === record.text && events === record.events) return record
  return { ...record, job: { ...job, textEnd: text.end }, text, events, seq }
}

/** The job after a snapshot. It may be older than the messages that overtook it. */
export function loadJob(record: JobRecord, subscription: JobSubscription): JobRecord {
  const { job: fresh, text, textOffset: offset, textEnd, seq } = subscription
  const slice = { attempt: fresh.attempt, text, offset, end: offset + utf8Length(text) }
  const end = Math.max(textEnd, knownTextEnd(record, fresh))
  return {
    ...record,
    job: { ...mergeJob(record.job, fresh, seq < record.seq), textEnd: end },
    isLoaded: true,
    seq: Math.max(record.seq, seq),
    text: fresh.attempt < record.text.attempt ? record.text : { ...appendChunk(record.text, slice), end },
  }
}

/** What is known of the length of the text beside what a snapshot says of it: the text may have been read before the rest of it. */
function knownTextEnd({ job, text }: JobRecord, fresh: JobView): number {
  if (fresh.version < job.version) return text.end
  return isTerminalState(fresh.state) ? fresh.textEnd : 0
}

/** The view of a job after a message: the same object when it tells nothing new. `isNewest`: by the job's own channel. */
export function reduceView(job: JobView, message: JobMessage, isNewest: boolean): JobView {
  if (message.type === 'JOB_PROGRESS')
    return isTerminalState(job.state)
      ? job
      : withProgress(job, { ...message.payload, progressN: message.payload.n })
  if (message.type === 'JOB_STEP') {
    const { step: name, index, status, durationMs = null } = message.payload
    return { ...job, steps: mergeSteps([...job.steps, { name, index, status, durationMs }]) }
  }
  if (message.type === 'JOB_ARTIFACT') {
    const { jobId: _jobId, operationType: _type, ...artifact } = message.payload
    // A later one takes the place of an artifact; the job's channel alone tells which is later.
    if (!isNewest && job.artifacts.some((held) => held.artifactId === artifact.artifactId)) return job
    return { ...job, artifacts: mergeArtifacts([...job.artifacts, artifact]) }
  }
  const patch = lifecyclePatch(job, message)
  return patch ? { ...job, ...patch } : job
}

function reduceText({ text, job }: JobRecord, message: JobMessage): JobText {
  const {
    attempt = text.attempt,
    version = 0,
    textOffset = text.held,
    textEnd = 0,
  }: JobNews = message.payload
  if (attempt < text.attempt) return text
  if (message.type === 'JOB_CHUNK') return appendChunk(text, message.payload)
  if (message.type === 'JOB_RUNNING' && (attempt > text.attempt || version > job.version))
    return truncateText(text, attempt, textOffset)
  return textEnd > text.end ? { ...text, end: textEnd } : text
}

/** A view joined with a snapshot of the same job; `isOlder`: messages went further than the snapshot. */
export function mergeJob(held: JobView, fresh: JobView, isOlder: boolean): JobView {
  const isAhead = held.version > fresh.version
  // What a job is from its beginning no message tells.
  const { input, createdAt } = fresh
  const job = isAhead ? { ...held, input, createdAt } : fresh
  const other = isAhead ? fresh : held
  return {
    ...withProgress(job, other),
    steps: mergeSteps([...fresh.steps, ...held.steps, ...(isOlder ? [] : fresh.steps)]),
    artifacts: mergeArtifacts([...fresh.artifacts, ...held.artifacts, ...(isOlder ? [] : fresh.artifacts)]),
  }
}

type Progress = Pick<JobView, 'attempt' | 'progressN' | 'progress' | 'label'>

/** The view with this progress, unless its own is newer. */
function withProgress(job: JobView, { attempt, progressN, progress, label }: Progress): JobView {
  const isNewer = isNewerProgress({ attempt, n: progressN }, { attempt: job.attempt, n: job.progressN })
  return isNewer ? { ...job, attempt, progressN, progress, label } : job
}
