import type { Resync, WebSocketMessage } from '@headway/events'

/** What a finished packet text says. */
export type FinishedEvent =
  | { event: 'event'; message: WebSocketMessage; /** The message as it is stored. */ json: string }
  | { event: 'resync'; resync: Resync }

const EVENT_PREFIX = '["event",'

/** Reads a packet text for somebody who takes messages and no packets; undefined for one that is neither. Never throws. */
export function parseFinishedEvent(packetText: string): FinishedEvent | undefined {
  try {
    if (packetText.startsWith(EVENT_PREFIX)) {
      const json = packetText.slice(EVENT_PREFIX.length, -1)
      const message = JSON.parse(json) as WebSocketMessage | null
      return typeof message?.type === 'string' ? { event: 'event', message, json } : undefined
    }
    const [event, resync] = JSON.parse(packetText) as [string, Resync]
    return event === 'resync' ? { event, resync } : undefined
  } catch {
    return undefined
  }
}
