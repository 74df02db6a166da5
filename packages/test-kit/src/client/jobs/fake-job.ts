import { randomUUID } from 'node:crypto'
import {
  isTerminalState,
  type ArtifactView,
  type JobState,
  type JobView,
  type OutgoingMessage,
  type QuestionView,
  type StepStatus,
  type StepView,
} from '@headway/events'
import { endAsCancelled } from './end-as-cancelled.ts'
import type { JobBook } from './job-book.ts'
import type { KeptJob } from './kept-job.ts'
import { sealOf } from './text-seal.ts'
import { utf8Pieces } from './utf8-pieces.ts'

/** Largest result that goes along in JOB_COMPLETED, in bytes of JSON. */
const RESULT_MAX_BYTES = 49_152

/** How a job fails. */
export interface JobFailure {
  /** Stable word for programs. @default 'internal' */
  code?: string
  /** A resume may help. @default true */
  retryable?: boolean
}

/**
 * A job in the hands of its worker, which is the test. What a worker does begins an attempt where none runs, so that a
 * script may start with {@link progress}. Everything is published before the call returns.
 *
 * A worker hears of nothing that it says after its user has cancelled the job: such calls do nothing. After the test itself
 * has ended the job, they throw.
 */
export class FakeJob {
  readonly jobId: string
  readonly userId: string
  readonly operationType: string
  readonly #job: KeptJob
  readonly #book: JobBook
  readonly #untilFollowed: () => Promise<void>

  /** Made by the fake server: see `startJob`, `job` and `onStart` there. */
  constructor(job: KeptJob, book: JobBook, untilFollowed: () => Promise<void>) {
    this.jobId = job.view.jobId
    this.userId = job.userId
    this.operationType = job.view.operationType
    this.#job = job
    this.#book = book
    this.#untilFollowed = untilFollowed
  }

  get input(): Record<string, unknown> {
    return this.view.input
  }

  get state(): JobState {
    return this.#job.view.state
  }

  /** The job as its owner is shown it now. */
  get view(): JobView {
    return structuredClone(this.#job.view)
  }

  /** Resolves as soon as a client follows the job: what is told from then on reaches it live. */
  followed(): Promise<void> {
    return this.#untilFollowed()
  }

  /** Takes the job out of the queue: JOB_STARTED and JOB_RUNNING. */
  start(): void {
    this.#write(() => {})
  }

  /** Tells how far the job is. @param percent 0 to 100 */
  progress(percent: number, label = ''): void {
    this.#write(({ view }) => {
      view.progress = Math.round(100 * Math.min(100, Math.max(0, percent))) / 100
      view.progressN += 1
      view.label = label
      const { attempt, progressN: n, progress } = view
      this.#book.tell(this.#job, 'JOB_PROGRESS', { attempt, n, progress, label })
    })
  }

  /** Begins a step, completes it or lets it fail; one that was not begun is begun first. */
  step(
    name: string,
    status: StepStatus = 'completed',
    { durationMs = 0, error, total }: { durationMs?: number; error?: string; total?: number } = {},
  ): void {
    this.#write((job) => {
      const known = total === undefined ? {} : { total }
      const open = job.view.steps.find((step) => step.name === name)
      const step = open ?? { name, index: job.view.steps.length, status: 'started', durationMs: null }
      if (!open) job.view.steps.push(step)
      if (open?.status !== 'started' || status === 'started')
        this.#tellStep(step, { status: 'started', ...known })
      if (status === 'started') return
      this.#tellStep(step, { status, durationMs, ...known, ...(error !== undefined && { error }) })
      if (status === 'failed') return
      job.textFloor = job.text.length
      this.#book.tell(job, 'JOB_CHECKPOINT', { step: name })
    })
  }

  /** Appends to the job's text. */
  text(text: string): void {
    this.#write((job) => {
      for (const piece of utf8Pieces(text)) {
        const offset = job.text.length
        job.text = Buffer.concat([job.text, piece])
        const end = (job.view.textEnd = job.text.length)
        this.#book.tellText(job, { attempt: job.view.attempt, text: piece.toString(), offset, end })
      }
    })
  }

  /** Stores a file of the job. One with the name of an earlier one takes its place. */
  artifact(name: string, data: string | Uint8Array, contentType = 'text/plain'): ArtifactView {
    const { artifacts } = this.#job.view
    const earlier = artifacts.findIndex((artifact) => artifact.name === name)
    const file = { name, contentType, data: Buffer.from(data) }
    const artifactId = artifacts[earlier]?.artifactId ?? randomUUID()
    const view = { artifactId, name, contentType, size: file.data.length }
    this.#write((job) => {
      artifacts.splice(earlier < 0 ? artifacts.length : earlier, 1, view)
      job.files.set(artifactId, file)
      this.#book.tell(job, 'JOB_ARTIFACT', view)
    })
    return view
  }

  /**
   * Lets the job wait for its user. Resolves with the answer, which fits the schema; the job is in the queue then, and the next
   * call begins its next attempt. Never settles where the job ends otherwise.
   *
   * @param name names the question in the job
   */
  ask(name: string, { prompt, schema }: Omit<QuestionView, 'name'>): Promise<unknown> {
    return new Promise((resolve) => {
      this.#write((job) =>
        this.#unlessCancelled(() => {
          job.takeAnswer = resolve
          job.textFloor = job.text.length
          this.#book.change(job, 'waiting', ['JOB_QUESTION', { question: name, prompt, schema }])
          job.view.question = structuredClone({ name, prompt, schema })
        }),
      )
    })
  }

  /** Ends the job well. */
  complete(result: unknown = null): void {
    this.#write((job) => {
      const { view } = job
      const json = JSON.stringify(result) ?? 'null'
      const bytes = Buffer.byteLength(json)
      view.result = JSON.parse(json) as unknown
      view.progress = 100
      const durationMs = Math.max(0, Date.now() - Date.parse(view.startedAt ?? view.createdAt))
      const told = bytes > RESULT_MAX_BYTES ? { pointer: `/api/jobs/${view.jobId}`, bytes } : view.result
      const payload = { attempt: view.attempt, result: told, durationMs, ...sealOf(job) }
      this.#book.change(job, 'completed', ['JOB_COMPLETED', payload])
    })
  }

  /** Ends the job badly. @param error what happened, for the job's owner to read */
  fail(error: string, { code = 'internal', retryable = true }: JobFailure = {}): void {
    this.#write((job) => {
      const { attempt } = job.view
      Object.assign(job.view, { error, errorCode: code })
      const payload = { attempt, error, code, retryable, ...sealOf(job) }
      this.#book.change(job, 'failed', ['JOB_FAILED', payload])
    })
  }

  /** Gives the job back to the queue, as after an attempt that failed and is to be tried again. */
  retry(reason: 'retry' | 'worker-lost' = 'retry'): void {
    this.#write((job) => this.#unlessCancelled(() => this.#book.queue(job, reason)))
  }

  /** Ends the job as cancelled: by the system, or by its user where he has asked to. */
  cancel(reason?: string): void {
    if (isTerminalState(this.state)) return this.#refuse()
    endAsCancelled(this.#book, this.#job, reason)
    this.#book.flush()
  }

  /** Goes on when its user cancels, which is shown as `cancelRequested`, until the test ends the job. */
  ignoreCancel(): void {
    this.#job.ignoresCancel = true
  }

  /** Writes as the running attempt. */
  #write(write: (job: KeptJob) => void): void {
    if (isTerminalState(this.state)) return this.#refuse()
    if (this.state === 'queued') this.#claim()
    if (this.state !== 'running') {
      throw new Error(
        `Job ${this.jobId} is ${this.state}: no worker has it. Let its user answer or cancel first.`,
      )
    }
    write(this.#job)
    this.#book.flush()
  }

  /** A worker that lets go of a job that is to be cancelled, for whatever reason, has cancelled it. */
  #unlessCancelled(letGo: () => void): void {
    if (this.#job.view.cancelRequested) endAsCancelled(this.#book, this.#job)
    else letGo()
  }

  #refuse(): void {
    if (this.state === 'cancelled' && this.#job.cancel) return
    throw new Error(`Job ${this.jobId} is ${this.state} already: nothing can be added to it.`)
  }

  #claim(): void {
    const job = this.#job
    const { view } = job
    view.attempt += 1
    view.progressN = 0
    view.startedAt ??= new Date().toISOString()
    job.text = job.text.subarray(0, job.textFloor)
    view.textEnd = job.text.length
    const { attempt } = view
    const resumedFrom = view.steps.findLast(({ status }) => status === 'completed')?.name
    this.#book.change(
      job,
      'running',
      ['JOB_STARTED', { attempt }],
      [
        'JOB_RUNNING',
        {
          attempt,
          ...(resumedFrom !== undefined && { resumedFrom }),
          ...(attempt > 1 && { textOffset: job.text.length }),
        },
      ],
    )
  }

  #tellStep(
    step: StepView,
    change: Pick<OutgoingMessage<'JOB_STEP'>['payload'], 'status' | 'total' | 'durationMs' | 'error'>,
  ): void {
    const { name, index } = step
    Object.assign(step, { status: change.status, durationMs: change.durationMs ?? null })
    this.#book.tell(this.#job, 'JOB_STEP', { step: name, index, ...change })
  }
}
