import type { Logger } from '@headway/event-log'

/** Whatever has not ended by then is cut: whoever stops us would kill us anyway. */
const DEADLINE_MS = 15_000

/**
 * Ends the process in order when it is told to: by SIGTERM or SIGINT, or by the end of the process that started it. A
 * second signal while it stops ends it at once.
 *
 * @returns ends it for a reason of its own, with an exit code by which a supervisor knows that it is to be started again
 */
export function stopGracefully({
  stop,
  logger,
}: {
  stop: () => Promise<void>
  logger: Logger
}): (reason: string, exitCode: number) => void {
  let isStopping = false
  const onReason = (reason: string, exitCode = 0): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    logger.info({ reason }, 'worker is stopping')
    setTimeout(() => {
      logger.warn({ deadlineMs: DEADLINE_MS }, 'the worker did not stop in time and was cut')
      process.exit(1)
    }, DEADLINE_MS).unref()
    stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, 'the worker did not stop in order')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', (signal) => onReason(signal))
  process.on('SIGINT', (signal) => onReason(signal))
  process.once('disconnect', () => {
    if (!isStopping) onReason('parent process ended')
  })
  // It may have ended while this process was still starting, with nobody to hear of it.
  if (process.send && !process.connected) onReason('parent process ended')
  return (reason, exitCode) => {
    if (!isStopping) onReason(reason, exitCode)
  }
}
