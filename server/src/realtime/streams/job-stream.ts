import {
  isTerminalEvent,
  isTerminalState,
  isTransientType,
  jobChannel,
  type Channel,
  type JobSubscription,
  type Resync,
} from '@headway/events'
import { HeldTransients } from '../backpressure/held-transients.ts'
import type { SocketWriter } from '../sequencer/socket-writer.ts'
import type { EventStream } from './event-stream.ts'
import { parseFinishedEvent } from './finished-message.ts'
import type { RoomReader, RoomReaders } from './room-readers.ts'

export interface JobStreamParts {
  userId: string
  jobId: string
  /** The last seq that the reader has; without it he begins with a snapshot. */
  cursor: number | undefined
  stream: EventStream
  readers: RoomReaders
  /** The room has a gap that can't be filled, and the stream has left it. */
  onGap: () => void
  /** The end of the job was sent. */
  onOver: () => void
}

/**
 * What one reader of a job is told, and where he stands.
 *
 *     catching up ──join──▶ live ──gap in the room──▶ catching up, from the last seq that was sent
 *
 * The job is over when its terminal message was sent (`told`), or when a snapshot says so whose terminal message may
 * still be on its way (`stored`); a resume makes it go on.
 */
export class JobStream implements SocketWriter, RoomReader {
  readonly userId: string
  readonly jobId: string
  readonly channel: Channel
  readonly #parts: JobStreamParts
  readonly #held = new HeldTransients()
  #cursor: number | undefined
  #isSnapshotDue: boolean
  #isLive = false
  #end: 'none' | 'stored' | 'told' = 'none'

  constructor(parts: JobStreamParts) {
    this.userId = parts.userId
    this.jobId = parts.jobId
    this.channel = jobChannel(parts.jobId)
    this.#parts = parts
    this.#cursor = parts.cursor
    this.#isSnapshotDue = parts.cursor === undefined
    parts.stream.onDrain(() => {
      for (const packetText of this.#held.take()) this.forward(packetText)
    })
  }

  get isOpen(): boolean {
    return this.#parts.stream.isOpen
  }

  /** Where the reader stands: the seq of the last thing that he was sent. */
  get cursor(): number | undefined {
    return this.#cursor
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** The job has ended, as far as this stream knows. */
  get isOver(): boolean {
    return this.#end !== 'none'
  }

  /** The reader has the terminal message. */
  get wasToldTheEnd(): boolean {
    return this.#end === 'told'
  }

  drained(): Promise<void> {
    return this.#parts.stream.drained()
  }

  /** A message of the log that the reader has asked for. */
  send(packetText: string): void {
    this.#tell(packetText, 'answer')
  }

  /** A message of the room. */
  forward(packetText: string): void {
    this.#tell(packetText, 'write')
  }

  resync(resync: Resync): void {
    this.#cursor = resync.seq
    this.#isSnapshotDue = true
    this.#parts.stream.answer({ id: resync.seq, event: 'resync', data: JSON.stringify(resync) })
  }

  /** The snapshot of the place up to which the reader was sent everything. */
  answer(subscription: JobSubscription): void {
    const { seq, job } = subscription
    this.#cursor = seq
    if (!isTerminalState(job.state)) this.#end = 'none'
    else if (this.#end === 'none') this.#end = 'stored'
    if (!this.#isSnapshotDue) return
    this.#isSnapshotDue = false
    this.#parts.stream.answer({ id: seq, event: 'snapshot', data: JSON.stringify(subscription) })
  }

  join(room: Channel): void {
    // A gap since the snapshot: another one is due first.
    if (this.#isSnapshotDue) return
    this.#isLive = true
    this.#parts.readers.join(room, this)
    // Who has missed nothing of a job that has ended is told so by an answer without a word.
    if (this.#end !== 'stored') this.#parts.stream.begin()
  }

  leave(): void {
    this.#isLive = false
    this.#parts.readers.leave(this.channel, this)
  }

  #tell(packetText: string, how: 'write' | 'answer'): void {
    const finished = parseFinishedEvent(packetText)
    if (finished?.event === 'resync') return this.#fallOut()
    if (finished === undefined) return
    const { message, json } = finished
    const { type, seq } = message
    if (seq === undefined && isTransientType(type) && this.#parts.stream.isLagging) {
      return this.#held.hold(packetText)
    }
    this.#parts.stream[how]({ id: seq, event: type, data: json })
    if (seq !== undefined) this.#cursor = seq
    if (type === 'JOB_RESUMED' || type === 'JOB_QUEUED') this.#end = 'none'
    if (!isTerminalEvent(message)) return
    this.#end = 'told'
    if (this.#isLive) this.#parts.onOver()
  }

  /** The snapshot that the reader needs has its place between what was sent and what comes: not in the middle of a room. */
  #fallOut(): void {
    this.leave()
    this.#parts.onGap()
  }
}
