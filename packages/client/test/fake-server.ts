import {
  ALL_CHANNEL,
  jobChannel,
  jobIdOf,
  userChannel,
  type Ack,
  type Channel,
  type Closing,
  type ConnectErrorCode,
  type ErrorCode,
  type JobState,
  type JobView,
  type MessageOf,
  type OutgoingMessage,
  type QuestionView,
  type WebSocketMessage,
} from '@headway/events'
import type { Transport, TransportFactory, TransportHandlers } from '../src/transport.ts'
import { FakeConnection } from './fake-connection.ts'
import { FakeLog } from './fake-log.ts'

/** A job of the fake server: its view and its text. */
export interface FakeJob {
  view: JobView
  text: Buffer
}

type LifecycleType =
  | 'JOB_QUEUED'
  | 'JOB_STARTED'
  | 'JOB_RUNNING'
  | 'JOB_QUESTION'
  | 'JOB_ANSWERED'
  | 'JOB_COMPLETED'
  | 'JOB_FAILED'
  | 'JOB_CANCELLED'

/** How a server treats what it sends: on its way, lost by the bus, or delivered twice. */
export type Delivery = 'sent' | 'lost' | 'twice'

/**
 * A server of one user without a network: logs, replay, job snapshots. What it sends arrives a millisecond later, in
 * order; tests drop, lose, trim and wipe.
 */
export class FakeServer {
  readonly userId: string
  readonly connections = new Set<FakeConnection>()
  readonly jobs = new Map<string, FakeJob>()
  /** Handshakes seen, accepted or not. */
  readonly handshakes: ReturnType<TransportHandlers['auth']>[] = []
  /** Requests seen, by name. */
  readonly requests: { name: string; args: readonly unknown[] }[] = []
  /** Codes with which the next handshakes are refused; null for a network that fails. */
  refusals: (ConnectErrorCode | null)[] = []
  /** When refused handshakes and subscriptions may be tried again, in milliseconds; undefined where it can't tell. */
  retryAfterMs: number | undefined
  /** Tokens that `auth:refresh` refuses. */
  readonly forged = new Set<string>()
  /** Code with which every token of `auth:refresh` is refused; undefined for none. */
  refreshProblem: ErrorCode | undefined
  /** Whether requests are answered. */
  isAnswering = true
  /** What is wrong with answers to questions; undefined for nothing. */
  answerProblem: string | undefined
  /** Code with which subscriptions are refused; undefined for none. */
  subscribeProblem: ErrorCode | undefined
  /** Most bytes of text in a snapshot. */
  textAckMaxBytes = 262_144
  readonly #logs = new Map<string, FakeLog>()
  #clock = 1_000_000

  constructor(userId = 'ada') {
    this.userId = userId
  }

  openTransport: TransportFactory = (_target, handlers): Transport => {
    const connection = new FakeConnection(this, handlers)
    connection.start()
    return connection
  }

  get channel(): Channel {
    return userChannel(this.userId)
  }

  log(channel: string): FakeLog {
    const log = this.#logs.get(channel) ?? new FakeLog(channel as Channel, () => (this.#clock += 10))
    this.#logs.set(channel, log)
    return log
  }

  /** May this user follow the channel? */
  owns(channel: string): boolean {
    const jobId = jobIdOf(channel)
    return (
      channel === this.channel || channel === ALL_CHANNEL || (jobId !== undefined && this.jobs.has(jobId))
    )
  }

  /** Numbers, keeps and sends a message. */
  publish(channel: Channel, message: OutgoingMessage, delivery: Delivery = 'sent'): WebSocketMessage {
    const appended = this.log(channel).append(message)
    if (delivery !== 'lost') this.broadcast(appended)
    if (delivery === 'twice') this.broadcast(appended)
    return appended
  }

  /** Sends without numbering. */
  broadcast(message: WebSocketMessage): void {
    for (const connection of this.connections) connection.sendToRoom(message)
  }

  addJob(jobId: string): FakeJob {
    const job: FakeJob = {
      text: Buffer.alloc(0),
      view: {
        jobId,
        operationType: 'rehearse',
        state: 'created',
        version: 1,
        progress: 0,
        progressN: 0,
        label: '',
        attempt: 0,
        cancelRequested: false,
        input: { steps: 2 },
        result: null,
        error: null,
        errorCode: null,
        steps: [],
        question: null,
        artifacts: [],
        textEnd: 0,
        createdAt: '2030-01-01T00:00:00.000Z',
        startedAt: null,
        finishedAt: null,
      },
    }
    this.jobs.set(jobId, job)
    return job
  }

  /** Changes a job's state and tells both channels; the job's own may lose it. */
  change(
    jobId: string,
    state: JobState,
    type: LifecycleType,
    extra: object = {},
    delivery: { user?: Delivery; job?: Delivery } = {},
  ): void {
    const { view, text } = this.jobs.get(jobId) as FakeJob
    view.state = state
    view.version += 1
    if (state !== 'waiting') view.question = null
    if (type === 'JOB_STARTED') {
      view.attempt += 1
      view.progressN = 0
    }
    const { operationType, version, attempt } = view
    const seal = type === 'JOB_COMPLETED' && text.length > 0 ? { textEnd: text.length } : {}
    const payload = { jobId, operationType, version, attempt, ...seal, ...extra }
    const message = { type, payload } as unknown as OutgoingMessage
    this.publish(this.channel, message, delivery.user)
    this.publish(jobChannel(jobId), message, delivery.job)
  }

  /** Parks a running job until its question is answered. */
  ask(jobId: string, question: QuestionView, delivery: { user?: Delivery; job?: Delivery } = {}): void {
    const { view } = this.jobs.get(jobId) as FakeJob
    view.question = question
    const { name, prompt, schema } = question
    this.change(jobId, 'waiting', 'JOB_QUESTION', { question: name, prompt, schema }, delivery)
  }

  /** Takes the answer to the open question, and puts the job back into the queue. */
  answer(jobId: string, question: string): Ack {
    const job = this.jobs.get(jobId)
    if (!job) return failed('not_found', 'There is no such job.')
    if (job.view.question?.name !== question) {
      return failed('conflict', `The job is ${job.view.state} and has no open question.`)
    }
    if (this.answerProblem !== undefined) return failed('bad_request', this.answerProblem)
    this.change(jobId, 'queued', 'JOB_ANSWERED', { question })
    this.change(jobId, 'queued', 'JOB_QUEUED', { reason: 'answered' })
    return { ok: true }
  }

  /** Appends to a job's text. */
  write(jobId: string, text: string, delivery: Delivery = 'sent'): void {
    const job = this.jobs.get(jobId) as FakeJob
    const offset = job.text.length
    job.text = Buffer.concat([job.text, Buffer.from(text)])
    job.view.textEnd = job.text.length
    if (delivery === 'lost') return
    const payload = {
      jobId,
      operationType: 'rehearse',
      attempt: job.view.attempt,
      text,
      offset,
      end: job.text.length,
    }
    this.broadcast(this.#transient('JOB_CHUNK', payload, jobChannel(jobId)))
  }

  progress(jobId: string, progress: number): void {
    const { view } = this.jobs.get(jobId) as FakeJob
    view.progress = progress
    view.progressN += 1
    const { attempt, progressN: n } = view
    const payload = { jobId, operationType: 'rehearse', attempt, n, progress, label: `${progress} %` }
    for (const channel of [this.channel, jobChannel(jobId)]) {
      this.broadcast(this.#transient('JOB_PROGRESS', payload, channel))
    }
  }

  /** Cuts all connections, as a network does. */
  drop(): void {
    for (const connection of this.connections) connection.end('transport close')
  }

  /** Says why and disconnects, as a server does that drains. */
  close(closing: Closing): void {
    for (const connection of this.connections) {
      connection.send((handlers) => handlers.onClosing(closing))
      connection.send(() => connection.end('io server disconnect'))
    }
  }

  #transient<TType extends 'JOB_CHUNK' | 'JOB_PROGRESS'>(
    type: TType,
    payload: MessageOf<TType>['payload'],
    channel: Channel,
  ): WebSocketMessage {
    return { type, payload, channel, timestamp: '2030-01-01T00:00:00.000Z' } as WebSocketMessage
  }
}

function failed(code: ErrorCode, message: string): Ack {
  return { ok: false, error: { code, message } }
}
