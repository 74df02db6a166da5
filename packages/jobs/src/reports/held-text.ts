import type { TextLog } from '@headway/event-log'

const READ_PAGE_BYTES = 1_048_576

/** The text of a held attempt, which its worker keeps nowhere but in Redis: a copy, in case Redis forgets it. */
export class HeldText {
  readonly #textLog: Pick<TextLog, 'read' | 'reopen'>
  readonly #jobId: string
  #pages: Buffer[] = []
  #length = 0

  constructor(textLog: Pick<TextLog, 'read' | 'reopen'>, jobId: string) {
    this.#textLog = textLog
    this.#jobId = jobId
  }

  /** Copies what has come since. */
  async follow(): Promise<void> {
    for (;;) {
      const { text } = await this.#textLog.read(this.#jobId, this.#length, READ_PAGE_BYTES)
      if (text.length === 0) return
      this.#pages.push(text)
      this.#length += text.length
    }
  }

  /** Puts the copy back. Only while nobody may write. */
  async refill(): Promise<void> {
    if (this.#length > 0) await this.#textLog.reopen(this.#jobId, Buffer.concat(this.#pages))
  }
}
