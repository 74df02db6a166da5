import type { TextLog, TextReading } from '@headway/event-log'
import type { CatchUp } from './bring-to-front.ts'
import type { SocketWriter } from './socket-writer.ts'
import { sendText, TEXT_READ_BYTES, type TextFeed } from './text-feed.ts'
import type { TextPlace } from './text-position.ts'

/** Sends one socket the text that it misses: what {@link ChainCatchUp} is for messages. */
export class TextCatchUp implements CatchUp {
  readonly #feed: TextFeed
  readonly #textLog: TextLog
  readonly #writer: SocketWriter
  #place: TextPlace
  #reading: TextReading | undefined
  #roomBefore: TextPlace | undefined

  constructor(feed: TextFeed, start: TextPlace, parts: { textLog: TextLog; writer: SocketWriter }) {
    this.#feed = feed
    this.#place = start
    this.#textLog = parts.textLog
    this.#writer = parts.writer
  }

  async read(): Promise<void> {
    await this.#writer.drained()
    this.#roomBefore = this.#feed.place
    this.#reading = await this.#textLog.read(this.#feed.jobId, this.#place.end, TEXT_READ_BYTES)
  }

  send(): boolean {
    const reading = this.#reading
    const room = this.#feed.place
    if (!reading || !room) return false
    // No text yet, or none any more: nothing was missed unless the room moved since before the read.
    if (!reading.writer) return room === this.#roomBefore
    if (reading.writer.attempt > this.#place.attempt) {
      const { attempt, base } = reading.writer
      this.#place = { attempt, end: Math.min(base, this.#place.end) }
      return this.#isAtFront(room)
    }
    // Redis was set back, and the room with it: from where the reader stands he would never meet it.
    if (reading.writer.attempt < this.#place.attempt || reading.end < this.#place.end) {
      this.#place = { attempt: reading.writer.attempt, end: reading.end }
      return this.#isAtFront(room)
    }
    const due = Math.max(0, Math.min(reading.text.length, room.end - reading.offset))
    const end = sendText(this.#feed.jobId, { ...reading, text: reading.text.subarray(0, due) }, (text) =>
      this.#writer.send(text),
    )
    this.#place = { attempt: this.#place.attempt, end: Math.max(this.#place.end, end) }
    return this.#isAtFront(room)
  }

  advanceRoom(): Promise<void> {
    return this.#feed.catchUp()
  }

  #isAtFront(room: TextPlace): boolean {
    return room.attempt === this.#place.attempt && room.end === this.#place.end
  }
}
