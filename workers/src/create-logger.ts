import { pino, type DestinationStream, type Logger } from 'pino'

export interface LoggerOptions {
  /** One of pino's levels, or `silent`. */
  level: string
  /** Names the process in every line. */
  instanceId?: string | undefined
  /** @default standard output */
  destination?: DestinationStream
}

/** JSON lines without payloads: of an error only what every error has. */
export function createLogger({ level, instanceId, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: 'worker', ...(instanceId !== undefined && { instanceId }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error) },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Errors of drivers carry statements, parameters and commands as well: none of our log's business. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  }
}
