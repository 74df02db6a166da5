import type { Logger } from '@headway/event-log'

/** Whatever has not ended so long after the drain is cut: whoever stops us would kill us anyway. */
const DEADLINE_MS = 10_000

export interface GracefulStopOptions {
  stop: () => Promise<void>
  /** How much of the time the sockets may take, in milliseconds. */
  drainMs: number
  logger: Logger
}

/**
 * Ends the process in order when it is told to: by SIGTERM or SIGINT, or by the end of the process that started it. A
 * second signal while it stops ends it at once.
 */
export function stopGracefully({ stop, drainMs, logger }: GracefulStopOptions): void {
  const deadlineMs = drainMs + DEADLINE_MS
  let isStopping = false
  const onReason = (reason: string) => {
    if (isStopping) process.exit(1)
    isStopping = true
    logger.info({ reason }, 'Stopping')
    setTimeout(() => exitLate(deadlineMs, logger), deadlineMs).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'The server did not stop in order')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onReason)
  process.on('SIGINT', onReason)
  process.once('disconnect', () => {
    if (!isStopping) onReason('parent process ended')
  })
  // It may have ended while this process was still starting, with nobody to hear of it.
  if (process.send && !process.connected) onReason('parent process ended')
}

function exitLate(deadlineMs: number, logger: Logger): never {
  logger.warn({ deadlineMs }, 'Some connections did not end in time and were cut')
  process.exit(1)
}
