import type { Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'

/**
 * The connection as the stock adapter gets it. The adapter drops the promises of its commands, so while Redis is away
 * an emit of the application, or the end of the server, would be an unhandled rejection, which ends the process.
 */
export function adapterConnection(redis: Redis, logger: Logger): Redis {
  return new Proxy(redis, {
    get(connection, name) {
      const value: unknown = Reflect.get(connection, name)
      if (typeof value !== 'function') return value
      return (...values: unknown[]): unknown => {
        const answer: unknown = value.apply(connection, values)
        if (answer instanceof Promise) {
          answer.catch((error: unknown) => {
            logger.debug({ err: error, command: name }, 'Redis did not take a command of the adapter')
          })
        }
        return answer
      }
    },
  })
}
