import type { EventLog, FencedEmitter, Logger, ProgressLog, TextLog } from '@headway/event-log'
import {
  jobChannel,
  userChannel,
  type ArtifactView,
  type CancelledBy,
  type Channel,
  type OutgoingMessage,
  type QueuedReason,
  type TransientEventType,
} from '@headway/events'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { ArtifactLimits } from '../artifacts/artifact-limits.ts'
import type { ArtifactSource } from '../artifacts/artifact-source.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { storedText, textColumns, type FinishedText, type JobText } from '../artifacts/job-text.ts'
import type { Database, JobRow } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'
import type { Relay } from '../outbox/relay.ts'
import { findAnswer, type Answer } from '../questions/answers.ts'
import { jobQuestion } from '../questions/question-messages.ts'
import { questionColumns, type Question } from '../questions/question.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { jobCancelled } from '../transitions/lifecycle-messages.ts'
import { announce, transition, type JobChange, type Transition } from '../transitions/transition.ts'
import { writeArtifact } from './attempt-artifacts.ts'
import type { AttemptFence } from './attempt-fence.ts'
import { jobCompleted, jobFailed, jobRunning } from './attempt-messages.ts'
import { AttemptSteps } from './attempt-steps.ts'
import { ProgressWriter } from './progress-writer.ts'
import { resumeText } from './resume-text.ts'
import { TextWriter, type TextWriterSettings } from './text-writer.ts'

/** Longest error text that is kept and sent. */
const ERROR_MAX_LENGTH = 4000
/** Longest code of an error that is kept and sent. */
const CODE_MAX_LENGTH = 64
/** How long a step or an end waits for progress and text that Redis does not take, in milliseconds. */
const FLUSH_MS = 5000

export interface AttemptParts {
  db: Kysely<Database>
  eventLog: EventLog
  textLog: TextLog
  progressLog: ProgressLog
  emitter: FencedEmitter
  relay: Pick<Relay, 'nudge' | 'flush'>
  text: JobText
  artifacts: ArtifactStore
  artifactLimits: ArtifactLimits
  logger: Logger
  textWriter?: TextWriterSettings
}

/** What a change of the database on a job's behalf works in. */
export type AttemptTransaction = Transaction<Database>

/** Why a job has failed. */
export interface Failure {
  /** What happened, for the job's owner to read. */
  error: string
  /** Stable word for programs. */
  code: string
  /** A resume may help. */
  retryable: boolean
}

/**
 * One claim of a job by a worker, and the only way in which a worker writes to the job.
 *
 *     claimed ──running()──▶ steps, progress, text, artifacts ──▶ complete | fail | cancelled | requeue | park
 *
 * Every write carries the attempt's number. Once the job belongs to another attempt, or has ended, all of them throw FencedError.
 */
export class Attempt {
  readonly jobId: string
  readonly userId: string
  readonly operationType: string
  readonly input: Record<string, unknown>
  /** How often the job has been claimed, this time included. */
  readonly attempt: number
  /** Attempts that failed before this one, since the job was created or resumed. */
  readonly failures: number
  readonly #parts: AttemptParts
  readonly #fence: AttemptFence
  readonly #isTextStored: boolean
  readonly #steps: AttemptSteps
  readonly #progress: ProgressWriter
  #text: TextWriter | undefined
  #cancelRequested = false
  #preemptRequested = false

  constructor(
    parts: AttemptParts,
    fence: AttemptFence,
    job: JobRow,
    steps: ConstructorParameters<typeof AttemptSteps>[1],
  ) {
    this.jobId = job.job_id
    this.userId = job.user_id
    this.operationType = job.operation_type
    this.input = job.input
    this.attempt = job.attempt
    this.failures = job.failures
    this.#parts = parts
    this.#fence = fence
    this.#isTextStored = job.text_key !== null
    this.#steps = new AttemptSteps(fence, steps, (channels) => parts.relay.nudge(channels))
    this.#progress = new ProgressWriter({ ...parts, fence }, { progress: job.progress, label: job.label })
  }

  /** Aborted when a write finds out that the attempt has lost its job. */
  get lost(): AbortSignal {
    return this.#fence.lostSignal
  }

  /** Name of the last step that an earlier attempt has completed. */
  get resumedFrom(): string | undefined {
    return this.#steps.lastCompleted
  }

  /** The job's owner had asked to cancel it before {@link running}; a later wish arrives by the cancel channel. */
  get cancelRequested(): boolean {
    return this.#cancelRequested
  }

  /** A more urgent job of the same user had asked for its place before {@link running}; a later wish arrives by the preempt channel. */
  get preemptRequested(): boolean {
    return this.#preemptRequested
  }

  /** Announces that everything is at hand and the operation begins; cuts the text to where it goes on. */
  async running(): Promise<void> {
    const { textLog, text: jobText } = this.#parts
    const start = await resumeText({
      fence: this.#fence,
      textLog,
      jobText,
      length: this.#steps.textEnd,
      isStored: this.#isTextStored,
    })
    this.#text = new TextWriter({ ...this.#parts, fence: this.#fence }, start, this.#parts.textWriter)
    const resume = {
      textOffset: start.length,
      ...(this.resumedFrom !== undefined && { resumedFrom: this.resumedFrom }),
    }
    // What an ended attempt had stored is no beginning of the text any more once this attempt writes.
    const set = textColumns({})
    const job = await this.#commit(async (trx) => {
      if (start.length < this.#steps.textEnd) await this.#steps.cutText(trx, start.length)
      return announce(trx, { ...this.#mine(), state: 'running', set, messages: [jobRunning(resume)] })
    })
    this.#cancelRequested = job.cancel_requested_at !== null
    this.#preemptRequested = job.preempt_requested_at !== null
    await this.#parts.relay.flush(this.#channels)
  }

  /** The result of a step that is completed, by this attempt or an earlier one. */
  completedStep(name: string): { result: unknown } | undefined {
    return this.#steps.completed(name)
  }

  /** Says how many steps the job has in all; those that begin and end from here on carry it along. */
  expectSteps(total: number): void {
    this.#steps.total = total
  }

  /** Announces a step (JOB_STEP, `started`). */
  async beginStep(name: string): Promise<void> {
    await this.#steps.begin(name)
  }

  /** Commits a step: it never runs again, and a later attempt goes on with the text as it is now. */
  async completeStep(name: string, result: unknown, durationMs: number): Promise<void> {
    await this.flush()
    const textEnd = this.#text?.length ?? 0
    await this.#steps.end(name, { status: 'completed', result, durationMs, textEnd })
  }

  /**
   * Commits a step together with a change of the database: either both are there or neither.
   *
   * @param change answers the step's result and how long it took
   */
  async commitStep<T>(
    name: string,
    change: (trx: AttemptTransaction) => Promise<{ result: T; durationMs: number }>,
  ): Promise<T> {
    await this.flush()
    const textEnd = this.#text?.length ?? 0
    let result: T | undefined
    await this.#steps.end(name, async (trx) => {
      const changed = await change(trx)
      result = changed.result
      return { ...changed, status: 'completed', textEnd }
    })
    this.#parts.relay.nudge(this.#channels)
    return result as T
  }

  /** Changes the database in a transaction of its own, as long as the job is this attempt's. What it tells the user is published after it. */
  async transact<T>(change: (trx: AttemptTransaction) => Promise<T>): Promise<T> {
    const result = await this.#fence.write((trx) => change(trx))
    this.#parts.relay.nudge(this.#channels)
    return result
  }

  /** Announces that a step has failed; a later attempt runs it again. */
  async failStep(name: string, error: string, durationMs: number): Promise<void> {
    await this.#steps.end(name, { status: 'failed', error: error.slice(0, ERROR_MAX_LENGTH), durationMs })
  }

  /** Sends progress in percent (0 to 100). Resolves when it is sent or known not to be; never rejects. */
  async progress(percent: number, label: string): Promise<void> {
    if (!this.#fence.hasEnded) await this.#progress.publish(percent, label)
  }

  /** Takes over the progress that a worker elsewhere has sent for this attempt, so that what ends it keeps it. */
  async adoptProgress(): Promise<void> {
    const sent = await this.#parts.progressLog.newest(this.jobId)
    if (sent !== undefined) this.#progress.adopt(sent)
  }

  /** Sends the job's owner a message that is not kept. Nothing once the attempt is over; rejects where Redis does not take it. */
  async tell(message: OutgoingMessage<TransientEventType>): Promise<void> {
    if (this.#fence.hasEnded) return
    const send = () => this.#parts.emitter.emit(userChannel(this.userId), message, this.#fence.identity)
    if ((await send()).outcome === 'published') return
    await this.#fence.confirm()
    await send()
  }

  /** Appends to the job's text. Resolves when there is room for more; never rejects. */
  async chunk(text: string): Promise<void> {
    await this.#text?.write(text)
  }

  /**
   * Stores a file of the job, a stream as it comes. One with the name of an earlier one takes its place.
   *
   * @throws ArtifactTooLargeError; nothing is stored then
   */
  async artifact(
    name: string,
    source: ArtifactSource,
    contentType: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<ArtifactView> {
    const view = await writeArtifact(this.#fence, this.#parts, { name, source, contentType, signal })
    this.#parts.relay.nudge(this.#channels)
    return view
  }

  /** What the job's owner has answered to a question of an earlier attempt. */
  async answer(question: string): Promise<Answer | undefined> {
    return findAnswer(this.#parts.db, this.jobId, question)
  }

  /** Waits until the attempt's progress and text are out, or Redis has not taken them for a while. */
  async flush(): Promise<void> {
    await Promise.all([this.#progress.flush(FLUSH_MS), this.#text?.flush(FLUSH_MS)])
  }

  /** Ends the job with its result, once its text is out and stored. */
  async complete(result: unknown): Promise<void> {
    const json = storableJson(result)
    await this.#finish((text) => ({
      to: 'completed',
      set: { result: json, error: null, error_code: null, retryable: null },
      messages: [jobCompleted(json, text)],
    }))
  }

  /** Ends the job with an error, once its text is out and stored. */
  async fail({ error, code, retryable }: Failure): Promise<void> {
    const kept = {
      error: storableText(error.slice(0, ERROR_MAX_LENGTH)),
      error_code: storableText(code.slice(0, CODE_MAX_LENGTH)),
    }
    await this.#finish((text) => ({
      to: 'failed',
      set: { ...kept, retryable, failures: sql<number>`failures + 1` },
      messages: [jobFailed(text)],
    }))
  }

  /** Ends the job as its owner, or the system, has asked. What is not given is taken from the request to cancel. */
  async cancelled({ reason, by }: { reason?: string; by?: CancelledBy } = {}): Promise<void> {
    await this.#finish(() => ({
      to: 'cancelled',
      set: {
        ...(reason !== undefined && { cancel_reason: reason }),
        ...(by !== undefined && { cancelled_by: by }),
      },
      messages: [jobCancelled],
    }))
  }

  /**
   * Gives the job back to the queue; a later attempt goes on after the last completed step. A job that was to be cancelled meanwhile
   * is cancelled instead.
   */
  async requeue(reason: QueuedReason, options: { notBefore?: Date; failure?: boolean } = {}): Promise<void> {
    const { notBefore, failure = false } = options
    await this.flush()
    // A worker that says that its attempt has failed was not lost.
    const failures = failure ? { failures: sql<number>`failures + 1`, losses: 0 } : {}
    // One that gave way waits for the one that it gave way to.
    const busy = reason === 'preempted' ? { busy_count: 1 } : {}
    const { isRequeued } = await this.#commit(async (trx, before) => {
      if (before.cancel_requested_at !== null) return { isRequeued: false }
      const job = await enqueue(trx, {
        ...this.#mine(),
        reason,
        from: ['running'],
        set: { ...this.#progressColumns(), ...failures, ...busy },
        ...(notBefore !== undefined && { notBefore }),
      })
      return job && { isRequeued: true }
    })
    if (!isRequeued) return this.cancelled()
    await this.#close()
  }

  /**
   * Leaves the job waiting for the answer to a question: it needs no worker until then, and this attempt is over. False,
   * and nothing is written, where the job's owner has asked to cancel it.
   */
  async park(question: Question): Promise<boolean> {
    await this.flush()
    const { isParked } = await this.#commit(async (trx, before) => {
      if (before.cancel_requested_at !== null) return { isParked: false }
      // Stored as at the end of a job: the answer may take longer than Redis keeps a text.
      const text = await this.#parts.text.finish(this.jobId, this.#text?.copy)
      const job = await transition(trx, {
        ...this.#mine(),
        from: ['running'],
        to: 'waiting',
        // A worker that brings a question was not lost.
        set: { ...textColumns(text), ...this.#progressColumns(), ...questionColumns(question), losses: 0 },
        messages: [jobQuestion(question)],
      })
      return job && { isParked: true }
    })
    if (isParked) await this.#close()
    return isParked
  }

  /** The one way to a terminal state: own writes out, text sealed and stored, then the state with its messages. */
  async #finish(change: (text: FinishedText) => Pick<Transition, 'to' | 'set' | 'messages'>) {
    await this.flush()
    const hasText = await this.#commit(async (trx, before) => {
      // Sealed while the job's row is held: an attempt that has lost the job must not seal the text of the next one.
      const text = storedText(before) ?? (await this.#parts.text.finish(this.jobId, this.#text?.copy))
      const { set, ...rest } = change(text)
      const columns = { ...textColumns(text), ...this.#progressColumns() }
      const job = await transition(trx, {
        ...this.#mine(),
        from: ['running'],
        ...rest,
        set: { ...columns, ...set },
      })
      return job && { isStored: text.textKey !== undefined }
    })
    await this.#close()
    if (hasText.isStored) await this.#parts.text.expire(this.jobId)
  }

  async #commit<T>(
    change: (trx: Transaction<Database>, before: JobRow) => Promise<T | undefined>,
  ): Promise<T> {
    return this.#fence.write(async (trx, before) => {
      const changed = await change(trx, before)
      if (changed === undefined) throw this.#fence.lost()
      return changed
    })
  }

  async #close(): Promise<void> {
    this.#fence.end()
    this.#text?.stop()
    await this.#parts.relay.flush(this.#channels)
  }

  #mine(): Pick<JobChange, 'jobId' | 'where'> {
    return { jobId: this.jobId, where: (job) => job('attempt', '=', this.attempt) }
  }

  #progressColumns(): { progress: number; progress_n: number; label: string } {
    const { progress, n, label } = this.#progress.newest
    return { progress, progress_n: n, label: storableText(label) }
  }

  get #channels(): Channel[] {
    return [userChannel(this.userId), jobChannel(this.jobId)]
  }
}
