/** The newest transient message of each kind and thing, for a reader that was too slow for all of them. */
export class HeldTransients {
  readonly #held = new Map<string, { channel: string; packetText: string }>()

  hold(packetText: string): void {
    const { key, channel } = placeOf(packetText)
    // Behind what is newer: the order in which they are sent is that of their arrival.
    this.#held.delete(key)
    this.#held.set(key, { channel, packetText })
  }

  /**
   * Everything held, oldest first; nothing is held afterwards.
   *
   * @param followed the channels that the reader follows still, if there are several: what belongs to others is dropped
   */
  take(followed?: ReadonlySet<string>): string[] {
    const held = [...this.#held.values()]
    this.#held.clear()
    return held.flatMap(({ channel, packetText }) => (followed && !followed.has(channel) ? [] : packetText))
  }
}

/** Parsed for lagging readers alone, so rarely. */
function placeOf(packetText: string): { key: string; channel: string } {
  const [, message] = JSON.parse(packetText) as [string, { type: string; channel: string; payload: Thing }]
  const { channel, type, payload } = message
  return { key: `${channel} ${type} ${payload.jobId ?? payload.customerId ?? ''}`, channel }
}

interface Thing {
  jobId?: string
  customerId?: string
}
