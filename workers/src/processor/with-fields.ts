import type { Logger } from '@headway/event-log'
import type { OperationLogger, WriteLine } from '../operation-logger.ts'

/** A logger that adds the same fields to every line. */
export function withFields(logger: Logger, fields: object): OperationLogger {
  const writerOf =
    (level: keyof Logger): WriteLine =>
    (more: object | string, message?: string) => {
      if (typeof more === 'string') logger[level](fields, more)
      else logger[level]({ ...fields, ...more }, message ?? '')
    }
  return {
    debug: writerOf('debug'),
    info: writerOf('info'),
    warn: writerOf('warn'),
    error: writerOf('error'),
  }
}
