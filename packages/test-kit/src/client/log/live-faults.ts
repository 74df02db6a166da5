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
    let sendLater: Send | undefined
    const isOpen = (message: WebSocketMessage): boolean => (held.get(message.channel)?.length ?? 0) < count
    const end = this.#add({ where: (message) => isOpen(message) && where(message) }, (message, send) => {
      sendLater = send
      const messages = [...(held.get(message.channel) ?? []), message]
      held.set(message.channel, messages)
      if (messages.length === count) for (const each of messages.toReversed()) send(each)
    })
    return () => {
      end()
      for (const messages of held.values()) {
        if (messages.length < count) for (const message of messages.toReversed()) sendLater?.(message)
      }
      held.clear()
    }
  }

  clear(): void {
    this.#faults.clear()
  }

  #add({ count = Infinity, where = () => true }: FaultOptions, hit: Fault['hit']): EndFault {
    const fault: Fault = { where, hit, left: count }
    this.#faults.add(fault)
    return () => void this.#faults.delete(fault)
  }
}
