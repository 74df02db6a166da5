const FIRST_CAPACITY = 4096

/** An attempt's text in memory, as UTF-8: it only grows. */
export class TextBuffer {
  #bytes: Buffer
  #length: number
  /** First half of a character that a writer has cut in two; it waits for the second. */
  #carry = ''

  constructor(start: Buffer = Buffer.alloc(0)) {
    this.#bytes = Buffer.alloc(Math.max(FIRST_CAPACITY, start.length * 2))
    start.copy(this.#bytes)
    this.#length = start.length
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  append(text: string): void {
    const whole = this.#carry + text
    const isCut = /[\uD800-\uDBFF]$/.test(whole)
    this.#carry = isCut ? whole.slice(-1) : ''
    const bytes = Buffer.from(isCut ? whole.slice(0, -1) : whole)
    this.#reserve(bytes.length)
    bytes.copy(this.#bytes, this.#length)
    this.#length += bytes.length
  }

  /** A view of the bytes from `start` to `end`; valid until the next append. */
  subarray(start: number, end: number = this.#length): Buffer {
    return this.#bytes.subarray(start, Math.min(end, this.#length))
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
