import type { ServerResponse } from 'node:http'
import type { EventLog, Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import { SEND_LIMITS, type SendLimits } from '../backpressure/send-queue.ts'
import { callAt } from '../call-at.ts'
import { draining, type Drain } from '../drain.ts'
import { followJob, type FollowJobParts } from '../follow-job.ts'
import { notFound, requireEngine } from '../handlers/require-own-job.ts'
import type { ConnectionLimits } from '../handshake/connection-limits.ts'
import type { RealtimeObserver } from '../realtime-observer.ts'
import { RequestError } from '../request-error.ts'
import type { Sequencer } from '../sequencer/sequencer.ts'
import { EventStream } from './event-stream.ts'
import { JobStream } from './job-stream.ts'
import type { RoomReaders } from './room-readers.ts'

export interface JobStreamsParts extends Omit<FollowJobParts, 'engine'> {
  engine: JobEngine | undefined
  sequencer: Sequencer
  readers: RoomReaders
  eventLog: EventLog
  limits: ConnectionLimits
  drain: Pick<Drain, 'isRunning'>
  sendLimits?: SendLimits | undefined
  pingMs?: number | undefined
  logger: Logger
  observer?: RealtimeObserver | undefined
}

export interface JobStreamRequest {
  userId: string
  jobId: string
  /** When the token of the reader ends, and the stream with it. */
  expiresAt: Date
  /** The last seq that the reader has. */
  cursor: number | undefined
}

/** The streams of this instance: readers of a job's channel who have an HTTP answer and no socket. */
export class JobStreams {
  readonly #parts: JobStreamsParts
  readonly #open = new Set<EventStream>()

  constructor(parts: JobStreamsParts) {
    this.#parts = parts
  }

  /** The streams that are open. */
  get open(): ReadonlySet<EventStream> {
    return this.#open
  }

  /**
   * Lets a user have a stream of one of his jobs.
   *
   * @throws RequestError `not_found`, or `rate_limited` where he has asked for too many connections lately
   */
  async requireAccess({ userId, jobId }: Pick<JobStreamRequest, 'userId' | 'jobId'>): Promise<void> {
    const { limits, snapshots } = this.#parts
    const engine = requireEngine(this.#parts.engine)
    const retryAfterMs = await limits.takeHandshake(userId)
    if (retryAfterMs !== undefined) {
      const message = 'Too many connection attempts of this user. Wait a minute.'
      throw new RequestError('rate_limited', message, { retryAfterMs })
    }
    const owned = await snapshots.run(() => engine.jobs.owned(userId, [jobId]))
    if (!owned.has(jobId)) throw notFound(jobId)
  }

  /**
   * Sends what the cursor missed, or a snapshot, and goes on until the job has ended. Resolves when the reader is in the
   * room.
   *
   * @throws RequestError `limit_exceeded` where the user has enough connections
   * @throws what Redis and Postgres throw while they can't be read
   */
  async serve(response: ServerResponse, request: JobStreamRequest): Promise<void> {
    if (response.destroyed) return
    const stream = this.#admit(response, request)
    // A browser comes again after a stream that has ended, and never after an error.
    if (this.#parts.drain.isRunning) return stream.close(draining())
    const reader = new JobStream({
      ...request,
      stream,
      readers: this.#parts.readers,
      onGap: () => this.#goOn(reader, stream, () => this.#run(reader, stream)),
      onOver: () => this.#goOn(reader, stream, () => this.#finish(reader, stream)),
    })
    stream.onClose(() => {
      reader.leave()
      this.#parts.sequencer.closeIfUnused(reader.channel)
    })
    await this.#run(reader, stream)
  }

  #admit(response: ServerResponse, { userId, expiresAt }: JobStreamRequest): EventStream {
    const { limits, sendLimits = SEND_LIMITS, pingMs, logger, observer } = this.#parts
    const release = limits.open(userId)
    if (!release) {
      const message = `This user has ${limits.maxConnectionsPerUser} open connections, the most that are allowed. Close one.`
      throw new RequestError('limit_exceeded', message)
    }
    const onTooSlow = () => {
      observer?.onSlowReaderCut()
      logger.warn({ userId }, 'A stream that is not read was cut')
    }
    const stream = new EventStream(response, { maxWaitingBytes: sendLimits.maxBytes, pingMs, onTooSlow })
    this.#open.add(stream)
    observer?.onStreamOpen()
    const callOff = callAt(expiresAt.getTime(), () => stream.close({ code: 'token_expired' }))
    stream.onClose(() => {
      callOff()
      release()
      this.#open.delete(stream)
      observer?.onStreamClose()
    })
    return stream
  }

  async #run(reader: JobStream, stream: EventStream): Promise<void> {
    await this.#follow(reader)
    if (reader.isOver) await this.#finish(reader, stream)
  }

  #follow(reader: JobStream): Promise<void> {
    const { sequencer, eventLog } = this.#parts
    const parts = { ...this.#parts, engine: requireEngine(this.#parts.engine) }
    const { userId, jobId, channel } = reader
    return sequencer.withFeed(channel, async (feed) => {
      while (reader.isOpen && !reader.isLive) {
        const cursor = reader.cursor ?? (await eventLog.head(channel))
        const followed = { userId, jobId, feed, cursor, textOffset: 0 }
        await followJob(parts, reader, followed, (subscription) => reader.answer(subscription))
      }
    })
  }

  /**
   * Ends the stream of a job that has ended, when its reader has all that there is: the bus may have kept the last text
   * from him, and a snapshot may know of the end before its message is published.
   */
  async #finish(reader: JobStream, stream: EventStream): Promise<void> {
    const { engine, sequencer } = this.#parts
    if (!reader.wasToldTheEnd) await engine?.relay.flush([reader.channel])
    await sequencer.feed(reader.channel)?.catchUp()
    if (reader.isOver) stream.end()
  }

  /** What a message of the room gives rise to: nobody waits for it, and a reader whom it fails comes back. */
  #goOn(reader: JobStream, stream: EventStream, action: () => Promise<void>): void {
    action().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error, channel: reader.channel }, 'A stream could not go on and was cut')
      stream.cut()
    })
  }
}
