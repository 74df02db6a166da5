import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

const INTERVAL_MS = 200
const CHUNK_BYTES = 65_536

/** Above this size a log starts anew; the one before it is kept as `….1`. Its writers append, so they go on at its start. */
const MAX_LOG_BYTES = 20 * 1_048_576

/** Hands on each line that is added to a log file, whoever writes it, and keeps the file from growing for ever. */
export class LogFollower {
  readonly #file: string
  readonly #onLine: (line: string) => void
  readonly #timer: NodeJS.Timeout
  #position: number
  #rest = ''

  constructor(file: string, onLine: (line: string) => void) {
    this.#file = file
    this.#onLine = onLine
    closeSync(openSync(file, 'a'))
    this.#position = statSync(file).size
    this.#timer = setInterval(() => this.readOn(), INTERVAL_MS)
    this.#timer.unref()
  }

  /** Reads what is there now, without waiting for the next turn. */
  readOn(): void {
    const { size } = statSync(this.#file)
    if (size < this.#position) this.#position = 0
    if (size > this.#position) this.#read(size)
    if (size <= MAX_LOG_BYTES) return
    copyFileSync(this.#file, `${this.#file}.1`)
    truncateSync(this.#file)
    this.#position = 0
  }

  stop(): void {
    clearInterval(this.#timer)
    this.readOn()
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }

  #read(size: number): void {
    const descriptor = openSync(this.#file, 'r')
    const decoder = new TextDecoder()
    const buffer = Buffer.alloc(CHUNK_BYTES)
    while (this.#position < size) {
      const bytes = readSync(descriptor, buffer, 0, CHUNK_BYTES, this.#position)
      if (bytes === 0) break
      this.#position += bytes
      this.#take(decoder.decode(buffer.subarray(0, bytes), { stream: true }))
    }
    closeSync(descriptor)
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line)
  }
}
