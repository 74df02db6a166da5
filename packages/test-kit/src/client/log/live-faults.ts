import type { WebSocketMessage } from '@headway/events'

/** Which live messages a fault hits: all that match, or so many of them. */
export interface FaultOptions {
  /** After so many messages the fault is over. A message of two channels counts twice. @default Infinity */
  count?: number
  /** @default every message */
  where?: (message: WebSocketMessage) => boolean
}

/** Ends a fault. */
export type EndFault = () => void

type Send = (message: WebSocketMessage) => void

interface Fault {
  readonly where: (message: WebSocketMessage) => boolean
  /** Takes a message that matches, and sends what arrives in its place. */
  readonly hit: (message: WebSocketMessage, send: Send) => void
  readonly end: EndFault
  left: number
}

/**
 * What may go wrong with a message on its way to those who follow its channel; its log has it in any case. The fault that
 * was set first and matches takes it.
 */
export class LiveFaults {
  readonly #faults = new Set<Fault>()

  pass(message: WebSocketMessage, send: Send): void {
    const fault = [...this.#faults].find(({ where }) => where(message))
    if (!fault) return send(message)
    fault.left -= 1
    if (fault.left <= 0) this.#faults.delete(fault)
    fault.hit(message, send)
  }

  drop(options: FaultOptions): EndFault {
    return this.#add(options, () => {})
  }

  duplicate(options: FaultOptions): EndFault {
    return this.#add(options, (message, send) => {
      send(message)
      send(message)
    })
  }

  /** In each channel, the next `count` messages that match arrive in reverse order, as the last of them is sent. */
  reorder({ count = 2, where = () => true }: FaultOptions): EndFault {
    const held = new Map<string, WebSocketMessage[]>()
    const isOpen = ({ channel }: WebSocketMessage): boolean => (held.get(channel)?.length ?? 0) < count
    let sendLater: Send | undefined
    return this.#add(
      { where: (message) => isOpen(message) && where(message) },
      (message, send) => {
        sendLater = send
        const messages = [message, ...(held.get(message.channel) ?? [])]
        held.set(message.channel, messages)
        if (messages.length === count) for (const each of messages) send(each)
      },
      () => {
        const incomplete = [...held.values()].filter(({ length }) => length < count)
        for (const message of incomplete.flat()) sendLater?.(message)
      },
    )
  }

  /** Ends all faults. */
  clear(): void {
    for (const { end } of this.#faults) end()
  }

  #add(
    { count = Infinity, where = () => true }: FaultOptions,
    hit: Fault['hit'],
    afterwards: () => void = () => {},
  ): EndFault {
    const end = (): void => {
      if (this.#faults.delete(fault)) afterwards()
    }
    const fault: Fault = { where, hit, end, left: count }
    this.#faults.add(fault)
    return end
  }
}
