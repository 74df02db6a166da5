/**
 * Where the room of a channel stands: the last seq that this instance has sent to it.
 *
 *     unknown ──moveTo(head)──▶ at forwarded ──accept: prev = forwarded──▶ at seq
 *                                    │ any other prev
 *                                    ▼
 *                               behind: the log has what is missing
 */
export class ChainPosition {
  #forwarded: number | undefined
  #newestDropped = 0

  /** Undefined until the channel's head was read. */
  get forwarded(): number | undefined {
    return this.#forwarded
  }

  /** A message was dropped that the room has not got yet. */
  get isBehind(): boolean {
    return this.#forwarded !== undefined && this.#newestDropped > this.#forwarded
  }

  /** Decides on a message from the bus; `gap` is a drop after which the log must be read. */
  accept({ seq, prev }: { seq: number; prev: number }): 'broadcast' | 'drop' | 'gap' {
    if (prev === this.#forwarded) {
      this.#forwarded = seq
      return 'broadcast'
    }
    this.#newestDropped = Math.max(this.#newestDropped, seq)
    return this.isBehind ? 'gap' : 'drop'
  }

  /** The room was sent everything up to `seq`, or told that it can't be. */
  moveTo(seq: number): void {
    this.#forwarded = seq
  }

  /** The log ends where the room stands: what was dropped beyond it is in no log any more. */
  forgetDropped(): void {
    this.#newestDropped = 0
  }
}
