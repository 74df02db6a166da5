/** The newest transient message of each kind and thing, for a reader that was too slow for all of them. */
export class HeldTransients {
  readonly #texts = new Map<string, string>()

  hold(packetText: string): void {
    const key = keyOf(packetText)
    // Behind what is newer: the order in which they are sent is that of their arrival.
    this.#texts.delete(key)
    this.#texts.set(key, packetText)
  }

  /** Everything held, oldest first; nothing is held afterwards. */
  take(): string[] {
    const texts = [...this.#texts.values()]
    this.#texts.clear()
    return texts
  }
}

/** Parsed for lagging readers alone, so rarely. */
function keyOf(packetText: string): string {
  const [, message] = JSON.parse(packetText) as [string, { type: string; channel: string; payload: Thing }]
  return `${message.channel} ${message.type} ${message.payload.jobId ?? message.payload.customerId ?? ''}`
}

interface Thing {
  jobId?: string
  customerId?: string
}
