import type { BusMessage } from '@headway/event-log'

/** Where a chunk lies in a job's text, as its bus header says. */
export type ChunkPlace = NonNullable<BusMessage['chunk']>

/** A place in a job's text: the attempt that writes, and a byte offset. */
export interface TextPlace {
  readonly attempt: number
  readonly end: number
}

/** Where the room of a job stands in its text: what {@link ChainPosition} is for messages. */
export class TextPosition {
  #place: TextPlace | undefined
  #isBehind = false

  /** Undefined until the text's end was read; another object after each move. */
  get place(): TextPlace | undefined {
    return this.#place
  }

  get isBehind(): boolean {
    return this.#isBehind
  }

  accept(chunk: ChunkPlace): 'broadcast' | 'drop' | 'gap' {
    if (!this.#place) {
      this.#isBehind = true
      return 'drop'
    }
    this.follow(chunk)
    if (chunk.attempt < this.#place.attempt || chunk.end <= this.#place.end) return 'drop'
    if (chunk.offset === this.#place.end) {
      this.#place = { attempt: chunk.attempt, end: chunk.end }
      return 'broadcast'
    }
    this.#isBehind = true
    return 'gap'
  }

  /** A newer attempt goes on from its `base`, whatever the one before it wrote beyond. */
  follow({ attempt, base }: Pick<ChunkPlace, 'attempt' | 'base'>): void {
    if (this.#place && attempt > this.#place.attempt) this.#place = { attempt, end: base }
  }

  moveTo(place: TextPlace): void {
    this.#place = place
    this.#isBehind = false
  }
}
