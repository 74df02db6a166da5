import type { HistoryRecord } from '../history.ts'

/** What a marathon counts; anything but zeros in the first four is a broken promise. */
export interface StreamVerdict {
  readonly lost: number
  readonly repeated: number
  readonly reordered: number
  readonly resyncs: number
  readonly delivered: number
  readonly disconnects: number
}

/**
 * Checks as it goes, since a million records are too many to keep: the messages of a user are numbered from 1, so that
 * the next one is known.
 */
export class StreamChecker {
  readonly #newest = new Map<string, number>()
  /** Numbers that were passed over, by client: lost unless they come later, and then out of order. */
  readonly #skipped = new Map<string, Set<number>>()
  #repeated = 0
  #reordered = 0
  #resyncs = 0
  #delivered = 0
  #disconnects = 0

  get delivered(): number {
    return this.#delivered
  }

  get disconnects(): number {
    return this.#disconnects
  }

  readonly add = ({ client, kind, messageId = '' }: Omit<HistoryRecord, 't'>): void => {
    if (kind === 'disconnected') this.#disconnects += 1
    if (kind === 'resync') this.#resyncs += 1
    if (kind === 'message') this.#message(client, Number(messageId.split('-').at(-1)))
  }

  /** @param totals how many messages each client should have by now */
  verdict(totals: ReadonlyMap<string, number>): StreamVerdict {
    let lost = 0
    for (const [client, total] of totals) {
      lost += total - (this.#newest.get(client) ?? 0) + (this.#skipped.get(client)?.size ?? 0)
    }
    return {
      lost,
      repeated: this.#repeated,
      reordered: this.#reordered,
      resyncs: this.#resyncs,
      delivered: this.#delivered,
      disconnects: this.#disconnects,
    }
  }

  #message(client: string, number: number): void {
    const newest = this.#newest.get(client) ?? 0
    const skipped = this.#skipped.get(client) ?? new Set()
    this.#skipped.set(client, skipped)
    if (number > newest) {
      for (let missing = newest + 1; missing < number; missing += 1) skipped.add(missing)
      this.#newest.set(client, number)
    } else if (skipped.delete(number)) {
      this.#reordered += 1
    } else {
      this.#repeated += 1
      return
    }
    this.#delivered += 1
  }
}
