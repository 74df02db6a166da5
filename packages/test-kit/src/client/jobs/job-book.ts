import {
  canTransition,
  isTerminalState,
  jobChannel,
  userChannel,
  type JobState,
  type MessagePayloads,
  type OutgoingMessage,
  type QueuedReason,
} from '@headway/events'
import type { MessageHub } from '../log/message-hub.ts'
import { newJob, type KeptJob } from './kept-job.ts'

/** Messages that tell a change of a job's state. */
type LifecycleType = {
  [T in keyof MessagePayloads]: MessagePayloads[T] extends { jobId: string; version: number } ? T : never
}[keyof MessagePayloads]

type Announcement = {
  [T in LifecycleType]: [type: T, payload: Omit<MessagePayloads[T], 'jobId' | 'operationType' | 'version'>]
}[LifecycleType]

/** Told of each turn of a job in the queue. */
export type Dispatch = (job: KeptJob, reason: QueuedReason) => void

/**
 * The jobs of the fake server and the one way in which they change. What a change has to tell waits until {@link flush}, so that
 * whoever asked for it is answered first, as by the real server.
 */
export class JobBook {
  readonly #jobs = new Map<string, KeptJob>()
  readonly #hub: MessageHub
  readonly #dispatch: Dispatch
  readonly #news: (() => void)[] = []

  constructor(hub: MessageHub, dispatch: Dispatch) {
    this.#hub = hub
    this.#dispatch = dispatch
  }

  get all(): KeptJob[] {
    return [...this.#jobs.values()]
  }

  find(jobId: string): KeptJob | undefined {
    return this.#jobs.get(jobId)
  }

  /** A job on its way into the queue; answers what it was before. */
  create(
    userId: string,
    operationType: string,
    input: Record<string, unknown>,
  ): { job: KeptJob; created: KeptJob['view'] } {
    const job = newJob(userId, operationType, structuredClone(input))
    const created = structuredClone(job.view)
    this.#jobs.set(job.view.jobId, job)
    this.#tell(job, 'JOB_CREATED', { state: 'created', version: 1 })
    this.queue(job, 'created')
    return { job, created }
  }

  /** Puts a job into the queue. */
  queue(job: KeptJob, reason: QueuedReason, ...before: readonly Announcement[]): void {
    this.change(job, 'queued', ...before, ['JOB_QUEUED', { reason }])
    this.#news.push(() => this.#dispatch(job, reason))
  }

  /**
   * Moves a job to a state, which may be its own, and tells both channels. Each message raises the version.
   *
   * @throws where JOB_TRANSITIONS does not lead there
   */
  change(job: KeptJob, to: JobState, ...messages: readonly Announcement[]): void {
    const { view } = job
    if (to !== view.state && !canTransition(view.state, to)) {
      throw new Error(`Job ${view.jobId} is ${view.state} and can't become ${to}.`)
    }
    view.state = to
    if (to !== 'running') view.cancelRequested = false
    if (to !== 'waiting') view.question = null
    if (isTerminalState(to)) view.finishedAt = new Date().toISOString()
    for (const [type, payload] of messages) {
      view.version += 1
      this.#tell(job, type, { version: view.version, ...payload })
    }
  }

  /** Tells what is no change of the state: the job's channel alone, or the user's too. */
  tell(
    job: KeptJob,
    type: 'JOB_STEP' | 'JOB_CHECKPOINT' | 'JOB_ARTIFACT' | 'JOB_PROGRESS',
    payload: object,
  ): void {
    this.#tell(job, type, payload)
  }

  /** Sends a piece of a job's text, which the log does not keep. */
  tellText(job: KeptJob, payload: Omit<MessagePayloads['JOB_CHUNK'], 'jobId' | 'operationType'>): void {
    const { jobId, operationType } = job.view
    const message = { type: 'JOB_CHUNK', payload: { jobId, operationType, ...payload } } as const
    this.#news.push(() => this.#hub.send(jobChannel(jobId), message))
  }

  /** Runs something once all that was to be told before is told. */
  afterwards(run: () => void): void {
    this.#news.push(run)
  }

  /** Publishes what the changes so far have to tell. */
  flush(): void {
    while (this.#news.length > 0) this.#news.shift()?.()
  }

  #tell(job: KeptJob, type: keyof MessagePayloads, payload: object): void {
    const { jobId, operationType } = job.view
    const isForUser = type !== 'JOB_STEP' && type !== 'JOB_CHECKPOINT'
    const channels = [...(isForUser ? [userChannel(job.userId)] : []), jobChannel(jobId)]
    const message = {
      type,
      payload: structuredClone({ jobId, operationType, ...payload }),
    } as OutgoingMessage
    this.#news.push(() => this.#hub.publish(channels, message))
  }
}
