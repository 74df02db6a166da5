/** What Headway logs to: pino, or anything with its call form. */
export interface Logger {
  /** What only somebody who looks for a fault wants to read. */
  debug(fields: object, message: string): void
  /** What happened as it should. */
  info(fields: object, message: string): void
  /** What went wrong and mends itself. */
  warn(fields: object, message: string): void
  /** What went wrong, and somebody must see to. */
  error(fields: object, message: string): void
}
