import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ALL_CHANNEL,
  EVENT_BUFFER_MAX_AGE_MS,
  EVENT_BUFFER_MAX_SIZE,
  jobChannel,
  userChannel,
  type Closing,
  type ConnectErrorCode,
  type ErrorCode,
  type OutgoingMessage,
  type QueuedReason,
} from '@headway/events'
import { AccessTokens } from './access-tokens.ts'
import { CallFaults, type CallFaultOptions } from './call-faults.ts'
import { FakeJob } from './jobs/fake-job.ts'
import type { FakeOperation } from './jobs/fake-operation.ts'
import { JobBook } from './jobs/job-book.ts'
import { JobCalls } from './jobs/job-calls.ts'
import type { KeptJob } from './jobs/kept-job.ts'
import { LiveFaults, type EndFault, type FaultOptions } from './log/live-faults.ts'
import { MessageHub } from './log/message-hub.ts'
import { FakeRealtime } from './realtime/fake-realtime.ts'
import { restServer } from './rest/rest-server.ts'
import { Wire } from './wire.ts'

/** What the fake server runs, and how much it keeps. */
export interface FakeHeadwayOptions {
  /** What can be started. Without it every type can, with any input. */
  readonly operations?: readonly FakeOperation[]
  /** Messages that a channel keeps for those who come back. @default 200 */
  readonly bufferMaxSize?: number
}

/** What a worker does with a job: a script in the hands of the test. What it throws fails the job. */
export type JobScript = (job: FakeJob) => void | Promise<void>

/**
 * A Headway server for tests: real Socket.IO and HTTP on a free port of the loopback interface, in the process of the test, with
 * the jobs in the test's hands and faults at its command. Nothing happens by the clock, except what {@link delay} asks for.
 */
export class FakeHeadway {
  readonly #tokens = new AccessTokens()
  readonly #wire = new Wire()
  readonly #liveFaults = new LiveFaults()
  readonly #callFaults = new CallFaults()
  readonly #scripts = new Map<string, JobScript>()
  readonly #waiting = new Set<{ isMet: () => boolean; resolve: () => void }>()
  readonly #book: JobBook
  readonly #realtime: FakeRealtime
  readonly #hub: MessageHub
  readonly #server: Server

  /** Listens after {@link listen}: see `startFakeHeadway`. */
  constructor({ operations, bufferMaxSize = EVENT_BUFFER_MAX_SIZE }: FakeHeadwayOptions) {
    const limits = { maxSize: bufferMaxSize, maxAgeMs: EVENT_BUFFER_MAX_AGE_MS }
    const hub = (this.#hub = new MessageHub(this.#liveFaults, limits))
    const book = (this.#book = new JobBook(hub, (job, reason) => this.#run(job, reason)))
    const parts = {
      hub,
      book,
      calls: new JobCalls(book, operations),
      tokens: this.#tokens,
      wire: this.#wire,
      faults: this.#callFaults,
      operations: operations ?? [],
      onFollow: () => this.#checkWaiting(),
    }
    this.#server = createServer(restServer(parts))
    this.#realtime = new FakeRealtime(this.#server, parts)
  }

  /** Where clients connect: `http://127.0.0.1:49152`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Takes connections from here on; `startFakeHeadway` has called it. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
  }

  /** A token as an application hands it to its user, for an hour unless it says otherwise. */
  tokenFor(userId: string, { expiresInSeconds = 3_600 }: { expiresInSeconds?: number } = {}): string {
    return this.#tokens.issue(userId, expiresInSeconds)
  }

  /** Resolves as soon as a client of the user is connected and has heard `ready`. */
  connected(userId: string): Promise<void> {
    return this.#until(() => this.#realtime.of(userId).some(({ isReady }) => isReady))
  }

  /**
   * Runs the script for each job of a type that enters the queue, by the page or by the test, and again after a resume or
   * retry; an answered question goes on in the script that has asked it.
   *
   * @returns what ends it
   * @example headway.onStart('import', async (job) => {
   *   job.progress(50, 'half of it')
   *   job.complete({ imported: 2 })
   * })
   */
  onStart(type: string, script: JobScript): () => void {
    this.#scripts.set(type, script)
    return () => void (this.#scripts.get(type) === script && this.#scripts.delete(type))
  }

  /** Starts a job as its user, for a page that finds one. */
  startJob(userId: string, type: string, input: Record<string, unknown> = {}): FakeJob {
    const { job } = this.#book.create(userId, type, input)
    this.#book.flush()
    return this.#toFakeJob(job)
  }

  /** A job that the page has started; the newest of all if no id is given. */
  job(jobId?: string): FakeJob {
    const job = jobId === undefined ? this.#book.all.at(-1) : this.#book.find(jobId)
    if (job) return this.#toFakeJob(job)
    const known = this.#book.all.map(({ view }) => view.jobId).join(', ')
    throw new Error(`There is no job ${jobId ?? 'yet'}. Known are: ${known || 'none'}.`)
  }

  /** Tells a user something of the application's own. */
  publish(userId: string, message: OutgoingMessage): void {
    this.#hub.publish([userChannel(userId)], message)
  }

  /** Tells all users. */
  broadcastToAll(message: OutgoingMessage): void {
    this.#hub.publish([ALL_CHANNEL], message)
  }

  /**
   * Loses live messages: they are in the log, and the client has to notice. The next message of their channel lets it, and so do
   * a reconnect and {@link heal}.
   *
   * @example headway.drop({ where: (message) => message.type === 'JOB_RUNNING' })
   */
  drop(options: FaultOptions = {}): EndFault {
    return this.#liveFaults.drop(options)
  }

  /** Sends live messages twice. */
  duplicate(options: FaultOptions = {}): EndFault {
    return this.#liveFaults.duplicate(options)
  }

  /**
   * In each channel, the next `count` (default 2) messages arrive in reverse order, as the last of them is published. The end of
   * the fault sends what is still held back.
   */
  reorder(options: FaultOptions = {}): EndFault {
    return this.#liveFaults.reorder(options)
  }

  /** From now on all that the server says takes so long, in milliseconds; 0 ends it. */
  delay(ms: number): void {
    this.#wire.delay(ms)
  }

  /** From now on nothing that the server says arrives, answers to calls included, until {@link release}. */
  hold(): void {
    this.#wire.hold()
  }

  /** Lets arrive what was held, in order. */
  release(): void {
    this.#wire.release()
  }

  /** Ends all tokens that the user has so far, and their connections with them. */
  expireToken(userId: string): void {
    this.#tokens.expire(userId)
    this.#realtime.closeAll(userId, { code: 'token_expired' })
  }

  /** Forgets all messages, as after a flush of Redis. Whoever is connected is told `resync`; jobs stay, and their snapshots are right. */
  wipeLog(): void {
    this.#hub.wipe()
    this.heal()
  }

  /** Compares what each client was sent with the log, and sends what is missing at the end. A real server does it every 10 s. */
  heal(): void {
    for (const connection of this.#realtime.connections) connection.heal()
  }

  /** Cuts connections: of a user, or all. With `closing` the server says why, as one does that drains. */
  disconnect(userId?: string, closing?: Closing): void {
    this.#realtime.closeAll(userId, closing)
  }

  /** Refuses new connections; those that are open stay. @returns what ends it */
  refuseConnections(
    code: ConnectErrorCode = 'unavailable',
    { retryAfterMs }: { retryAfterMs?: number } = {},
  ): EndFault {
    this.#realtime.refusal = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    return () => (this.#realtime.refusal = undefined)
  }

  /**
   * Refuses calls, by HTTP and socket. @returns what ends it
   *
   * @example headway.refuseCalls('limit_exceeded', { where: ({ name }) => name === 'POST /api/jobs' })
   */
  refuseCalls(code: ErrorCode, options: CallFaultOptions = {}): EndFault {
    return this.#callFaults.refuse(code, options)
  }

  /** Ends all faults that are set, and lets arrive what is held. Jobs, scripts and connections stay. */
  endFaults(): void {
    this.#liveFaults.clear()
    this.#callFaults.clear()
    this.#realtime.refusal = undefined
    this.#wire.delay(0)
    this.#wire.release()
  }

  /** Ends all connections and frees the port. */
  async close(): Promise<void> {
    this.#wire.close()
    this.#server.closeAllConnections()
    await this.#realtime.close()
  }

  #toFakeJob(job: KeptJob): FakeJob {
    const channel = jobChannel(job.view.jobId)
    const isFollowed = (): boolean =>
      [...this.#realtime.connections].some((connection) => connection.follows(channel))
    return new FakeJob(job, this.#book, () => this.#until(isFollowed))
  }

  #run(job: KeptJob, reason: QueuedReason): void {
    const script = this.#scripts.get(job.view.operationType)
    if (!script || reason === 'answered') return
    const fake = this.#toFakeJob(job)
    const fail = (error: unknown): void => {
      try {
        fake.fail(error instanceof Error ? error.message : String(error))
      } catch {
        // The job can't tell it, so the test is told: as a rejection that nobody handles.
        throw error
      }
    }
    void (async () => script(fake))().catch(fail)
  }

  #until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ isMet, resolve })
      this.#checkWaiting()
    })
  }

  #checkWaiting(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.isMet()) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }
}
