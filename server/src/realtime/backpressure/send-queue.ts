export interface SendLimits {
  /** Packets that may wait for one connection before it is closed. @default 1_000 */
  maxPackets: number
  /** Bytes that may wait for one connection before it is closed. @default 1_048_576 */
  maxBytes: number
}

export const SEND_LIMITS: SendLimits = { maxPackets: 1_000, maxBytes: 1_048_576 }

/** A connection with more than this waiting gets no transient messages, but the newest one when it has caught up. */
const LAG_PACKETS = 32
const LAG_BYTES = 131_072

/**
 * Counts what waits for one connection. Engine.IO has no limit of its own, and a reader that stops reading makes its
 * `writeBuffer` grow, not the socket's `bufferedAmount`.
 */
export class SendQueue {
  readonly #limits: SendLimits
  #packets = 0
  #bytes = 0
  #grantedPackets = 0
  #grantedBytes = 0

  constructor(limits: SendLimits = SEND_LIMITS) {
    this.#limits = limits
  }

  get isLagging(): boolean {
    return this.#packets > LAG_PACKETS || this.#bytes > LAG_BYTES
  }

  get isOverLimit(): boolean {
    return (
      this.#packets > this.#limits.maxPackets + this.#grantedPackets ||
      this.#bytes > this.#limits.maxBytes + this.#grantedBytes
    )
  }

  /** A packet was queued. */
  add(bytes: number): void {
    this.#packets += 1
    this.#bytes += bytes
  }

  /** The next `bytes` in one packet are an answer that the reader has asked for: they don't count as falling behind. */
  grant(bytes: number): void {
    this.#grantedPackets += 1
    this.#grantedBytes += bytes
  }

  /** Everything queued was handed to the transport. */
  flush(): void {
    this.#packets = 0
    this.#bytes = 0
    this.#grantedPackets = 0
    this.#grantedBytes = 0
  }
}
