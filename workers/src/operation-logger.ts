import type { Logger } from '@headway/event-log'

/** A line of the log: words, or fields and words, in that order, as pino has it. An error is the field `err`. */
export interface WriteLine {
  (message: string): void
  (fields: object, message: string): void
}

/** What an operation logs to: a {@link Logger} that takes words alone as well. */
export interface OperationLogger extends Logger {
  /** What only somebody who looks for a fault wants to read. */
  debug: WriteLine
  /** What happened as it should. */
  info: WriteLine
  /** What went wrong and mends itself. */
  warn: WriteLine
  /** What went wrong, and somebody must see to. */
  error: WriteLine
}
