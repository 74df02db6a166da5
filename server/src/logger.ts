import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino'
import { scrub } from './scrub.ts'

const SECRET_FIELDS = [
  'token',
  'authorization',
  'cookie',
  'password',
  'secret',
  'jwtSecret',
  'databaseUrl',
  'redisUrl',
  'headers',
]

export interface LoggerOptions {
  /** One of pino's levels, or `silent`. */
  level: string
  /** Names the process in every line. */
  instanceId?: string
  /** @default standard output */
  destination?: DestinationStream
}

/**
 * JSON lines that hold no secret: fields by name, and tokens and passwords inside of URLs and of errors' messages.
 * A line is one line whatever a client sends, since JSON escapes control characters.
 */
export function createLogger({ level, instanceId, destination }: LoggerOptions): PinoLogger {
  const options = {
    level,
    base: { service: 'server', ...(instanceId === undefined ? {} : { instanceId }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { err: describeError, error: describeError, url: scrubbed, reason: scrubbed },
    hooks: { logMethod: scrubMessage },
  } satisfies Parameters<typeof pino>[0]
  return destination ? pino(options, destination) : pino(options)
}

/** Only what every error has. Errors of drivers carry statements, parameters and replies: none of our log's business. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return scrubbed(error)
  const { name, message, stack, cause } = error
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: name,
    message: scrub(message),
    stack: stack === undefined ? undefined : scrub(stack),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || depth > 4 ? {} : { cause: describeError(cause, depth + 1) }),
  }
}

function scrubbed(value: unknown): unknown {
  return typeof value === 'string' ? scrub(value) : value
}

function scrubMessage(this: PinoLogger, args: unknown[], log: (...args: unknown[]) => void): void {
  log.apply(this, args.map(scrubbed))
}
