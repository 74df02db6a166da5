import { userChannel } from '@headway/events'
import { addMessages, type JobEngine } from '@headway/jobs'
import type { Random } from './random.ts'
import './chaos-message.ts'

export interface PublishOptions {
  /** Size of the message's filler. @default 200 */
  readonly bytes?: number
  /** False leaves the publishing to the sweeps of servers and workers. @default true */
  readonly isNudged?: boolean
  /** What happens between the inserts and the commit. */
  readonly beforeCommit?: () => Promise<void>
}

/** Accepts messages as a route does: a transaction with outbox rows, then a nudge for the relay. */
export class Publisher {
  readonly #engine: Pick<JobEngine, 'db' | 'relay'>
  readonly #prefix: string
  readonly #acceptedAt = new Map<string, number>()
  #count = 0
  #failures = 0

  constructor(engine: Pick<JobEngine, 'db' | 'relay'>, prefix: string) {
    this.#engine = engine
    this.#prefix = prefix
  }

  /** Transactions whose outcome is not known, or that failed. */
  get failures(): number {
    return this.#failures
  }

  /** When a message was handed to Postgres; undefined where somebody else did. */
  acceptedAt(messageId: string): number | undefined {
    return this.#acceptedAt.get(messageId)
  }

  /**
   * Publishes one message to each of the users, in one transaction, and answers their ids.
   *
   * @throws what Postgres throws; the messages may or may not have been accepted then
   */
  async publish(
    userIds: readonly string[],
    { bytes = 200, isNudged = true, beforeCommit }: PublishOptions = {},
  ): Promise<string[]> {
    const filler = 'x'.repeat(bytes)
    const sent = userIds.map((userId) => ({ userId, id: `${this.#prefix}-${(this.#count += 1)}` }))
    for (const { id } of sent) this.#acceptedAt.set(id, performance.now())
    try {
      await this.#engine.db.transaction().execute(async (trx) => {
        for (const { userId, id } of sent) {
          await addMessages(trx, [userChannel(userId)], [{ type: 'CHAOS_EVENT', payload: { id, filler } }])
        }
        await beforeCommit?.()
      })
    } catch (error) {
      this.#failures += 1
      throw error
    }
    if (isNudged) this.#engine.relay.nudge([...new Set(userIds)].map(userChannel))
    return sent.map(({ id }) => id)
  }

  /** Publishes to users picked by chance, at a steady rate, until the function that it returns is called. */
  start(
    userIds: readonly string[],
    options: PublishOptions & { perSecond: number; random: Random },
  ): () => Promise<void> {
    let isWanted = true
    const run = async () => {
      let dueMs = performance.now()
      let due = 0
      while (isWanted) {
        dueMs = Math.max(dueMs + TICK_MS, performance.now() - MAX_LAG_MS)
        due += (options.perSecond * TICK_MS) / 1_000
        const users = Array.from({ length: Math.floor(due) }, () => options.random.pick(userIds))
        due -= users.length
        // Whatever Postgres refused was not promised to anybody.
        if (users.length > 0) await this.publish(users, options).catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      }
    }
    const running = run()
    return async () => {
      isWanted = false
      await running
    }
  }
}

const TICK_MS = 25
/** A publisher that was held up makes up for no more than this, in milliseconds. */
const MAX_LAG_MS = 250
