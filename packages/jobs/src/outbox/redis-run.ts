import type { Redis } from 'ioredis'

/**
 * Which Redis process a connection talks to. Another process (a restart, a replica that took over) may lack the newest
 * messages. It can only be reached by a new connection, so the answer holds until the connection closes.
 */
export class RedisRun {
  readonly #redis: Redis
  #runId: Promise<string> | undefined
  readonly #forget = () => {
    this.#runId = undefined
  }

  /** @param redis the connection on which messages are published: the answer of another one may differ */
  constructor(redis: Redis) {
    this.#redis = redis
    redis.on('close', this.#forget)
  }

  /** The `run_id` of the Redis of now; rejects while Redis is away. */
  current(): Promise<string> {
    this.#runId ??= this.#ask()
    return this.#runId
  }

  close(): void {
    this.#redis.off('close', this.#forget)
  }

  async #ask(): Promise<string> {
    try {
      return parseRunId(await this.#redis.info('server'))
    } catch (error) {
      this.#forget()
      throw error
    }
  }
}

export function parseRunId(info: string): string {
  const runId = /^run_id:(\S+)/m.exec(info)?.[1]
  if (runId === undefined) {
    throw new Error(
      'INFO of Redis names no run_id, by which the outbox knows a restart. May this user call INFO?',
    )
  }
  return runId
}
