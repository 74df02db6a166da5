import {
  CHUNK_MAX_BYTES,
  chunkPacketText,
  utf8Pieces,
  wholeCharactersEnd,
  type TextLog,
  type TextReading,
} from '@headway/event-log'
import { CatchUpLoop } from './catch-up-loop.ts'
import type { RoomSend } from './chain-feed.ts'
import { TextPosition, type ChunkPlace, type TextPlace } from './text-position.ts'

/** Most text read from Redis at a time, in bytes. */
export const TEXT_READ_BYTES = 65_536

/** Keeps one job's room in step with its text: what {@link ChainFeed} is for messages. */
export class TextFeed {
  readonly jobId: string
  readonly #textLog: TextLog
  readonly #send: RoomSend
  readonly #position = new TextPosition()
  readonly #loop = new CatchUpLoop(() => this.#readOn())

  constructor(jobId: string, { textLog, send }: { textLog: TextLog; send: RoomSend }) {
    this.jobId = jobId
    this.#textLog = textLog
    this.#send = send
  }

  /** Undefined until {@link catchUp} has read the text's end. */
  get place(): TextPlace | undefined {
    return this.#position.place
  }

  accept(chunk: ChunkPlace): 'broadcast' | 'drop' | 'gap' {
    return this.#position.accept(chunk)
  }

  catchUp(): Promise<void> {
    return this.#loop.run()
  }

  async #readOn(): Promise<'again' | 'done'> {
    const from = this.#position.place
    const reading = await this.#textLog.read(this.jobId, from?.end ?? 0, from ? TEXT_READ_BYTES : 0)
    if (!from) {
      this.#position.moveTo({ attempt: reading.writer?.attempt ?? 0, end: reading.end })
      return 'done'
    }
    if (this.#position.place !== from) return 'again'
    // A text that was stored at the job's end is gone from here; the room has had it.
    if (!reading.writer) return 'done'
    const { attempt } = reading.writer
    if (attempt > from.attempt) {
      this.#position.follow(reading.writer)
      return 'again'
    }
    // Redis was set back (a replica that lagged took over). What is missing comes again, with its offsets, and no socket
    // could get to where the room stands until then.
    if (attempt < from.attempt || reading.end < from.end) {
      this.#position.moveTo({ attempt, end: reading.end })
      return 'done'
    }
    const end = sendText(this.jobId, reading, this.#send)
    this.#position.moveTo({ attempt: from.attempt, end: Math.max(from.end, end) })
    return end < reading.end && end > from.end ? 'again' : 'done'
  }
}

/** Sends what was read as JOB_CHUNK messages; answers where the whole characters of it end. */
export function sendText(jobId: string, { text, offset, writer }: TextReading, send: RoomSend): number {
  let end = offset
  if (!writer) return end
  const { attempt, operationType } = writer
  const whole = text.subarray(0, wholeCharactersEnd(text))
  for (const piece of utf8Pieces(whole, CHUNK_MAX_BYTES)) {
    const from = end
    end += piece.length
    send(chunkPacketText({ jobId, operationType, attempt, text: piece.toString(), offset: from, end }))
  }
  return end
}
