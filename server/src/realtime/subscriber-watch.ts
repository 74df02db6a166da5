import type { Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'
import type { Sequencer } from './sequencer/sequencer.ts'

/** How often every room is compared with its log, in milliseconds. */
export const HEAD_CHECK_MS = 10_000

/**
 * Has the rooms compared with the log at each return of the subscriber connection, and regularly: Redis sends a
 * subscriber nothing of what was published while it was away. The log is read over the publisher's connection, which may come
 * back later: then it is its return that counts.
 *
 * @returns the function that ends it
 */
export function watchSubscriber(
  subscriber: Redis,
  pattern: string,
  {
    publisher,
    sequencer,
    logger,
    intervalMs = HEAD_CHECK_MS,
  }: {
    publisher: Redis
    sequencer: Pick<Sequencer, 'checkAll'>
    logger: Logger
    intervalMs?: number
  },
): () => void {
  const onReady = async (): Promise<void> => {
    try {
      // Answered only when Redis sends again: what is published after it arrives, what was before it is in the log.
      await subscriber.psubscribe(pattern)
      await sequencer.checkAll()
    } catch (error) {
      logger.warn({ err: error }, 'The rooms could not be compared with the log')
    }
  }
  const listener = () => void onReady()
  const onReadable = () => void sequencer.checkAll()
  subscriber.on('ready', listener)
  publisher.on('ready', onReadable)
  const timer = setInterval(() => void sequencer.checkAll(), intervalMs)
  return () => {
    clearInterval(timer)
    subscriber.off('ready', listener)
    publisher.off('ready', onReadable)
  }
}
