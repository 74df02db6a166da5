import type { Logger } from '@headway/event-log'
import { userChannel, type OutgoingMessage } from '@headway/events'
import type { JobEngine, ToldMessage } from '@headway/jobs'

/**
 * Brings a message to a user's devices. The message is in the outbox already and comes without this too, a little later; `once`
 * is the mark under which it does, so whoever appends it to the log under that mark sends it, and nobody again.
 */
export type OrderBroadcast = (
  userId: string,
  message: OutgoingMessage,
  options: { once: string },
) => void | Promise<unknown>

export interface BroadcastToldOptions {
  engine: JobEngine
  logger: Logger
  broadcast?: OrderBroadcast | undefined
}

/**
 * Brings what a change had to tell to the devices. For a route: call it after the answer. Nothing that fails here fails the request, or loses a
 * message.
 */
export function createBroadcastTold({ engine, logger, broadcast }: BroadcastToldOptions) {
  const bring = async (userId: string, told: readonly ToldMessage[]) => {
    if (broadcast === undefined) return
    // One after the other: they are to come in their order.
    for (const { message, once } of told) {
      try {
        await broadcast(userId, message, { once })
      } catch (error) {
        logger.error(
          { err: error, userId, type: message.type },
          'A broadcast failed; the message comes from the outbox',
        )
      }
    }
  }

  return (userId: string, told: readonly ToldMessage[]): void => {
    void bring(userId, told).then(() => engine.relay.nudge([userChannel(userId)]))
  }
}

export type BroadcastTold = ReturnType<typeof createBroadcastTold>
