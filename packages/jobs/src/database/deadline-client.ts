import { Client, type ClientConfig } from 'pg'
import { DatabaseTimeoutError } from '../errors.ts'
import { asAway } from './as-away.ts'

/** What Postgres needs beyond its own limit to say that a statement took too long. */
const ANSWER_GRACE_MS = 1_000

/**
 * A connection that does not wait for ever: where Postgres is frozen, or the network swallows what it says, nobody ends a statement
 * at its limit, so the connection itself is ended, and with it all that waits on it. (The `query_timeout` of pg leaves such a
 * connection in its pool, with the next statement waiting behind the one without an answer.)
 */
export class DeadlineClient extends Client {
  readonly #deadlineMs: number

  constructor(config: ClientConfig = {}) {
    super(config)
    const limitMs = Number(config.statement_timeout ?? 0)
    this.#deadlineMs = limitMs === 0 ? 0 : limitMs + ANSWER_GRACE_MS
  }

  override query(...args: never[]): never {
    const answer: unknown = super.query(...(args as unknown as [never]))
    if (!(answer instanceof Promise)) return answer as never
    if (this.#deadlineMs > 0) this.#endAtDeadline(answer)
    return answer.catch(asAway) as never
  }

  #endAtDeadline(answer: Promise<unknown>): void {
    const timer = setTimeout(() => {
      this.connection.stream.destroy(new DatabaseTimeoutError(this.#deadlineMs))
    }, this.#deadlineMs)
    const settle = () => clearTimeout(timer)
    answer.then(settle, settle)
  }
}
