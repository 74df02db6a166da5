import { ALL_CHANNEL, userChannel, type Channel, type OutgoingMessage } from '@headway/events'
import type { EventLog } from './event-log.ts'
import type { Logger } from './logger.ts'

/** What an application sends messages of its own with. */
export interface Broadcaster {
  /**
   * Sends a durable message to all devices of a user; one who is away gets it at the next connect. A failure is
   * logged, never thrown into the request that caused it.
   *
   * @param options.once a mark under which the message is sent at most once, however often this is called in an hour
   */
  broadcast(userId: string, message: OutgoingMessage, options?: { once?: string }): Promise<void>
  /** As {@link broadcast}, to everybody. */
  broadcastToAll(message: OutgoingMessage): Promise<void>
}

/** Sends over the event log: numbered, kept for replay, and in order with all else of the channel. */
export function createBroadcaster({ eventLog, logger }: { eventLog: EventLog; logger: Logger }): Broadcaster {
  async function publish(
    channel: Channel,
    message: OutgoingMessage,
    options?: { once?: string },
  ): Promise<void> {
    try {
      await eventLog.append(channel, message, options)
    } catch (error) {
      logger.error({ err: error, channel, type: message.type }, 'A broadcast was not published')
    }
  }
  return {
    broadcast: (userId, message, options) => publish(userChannel(userId), message, options),
    broadcastToAll: (message) => publish(ALL_CHANNEL, message),
  }
}
