import { userChannel } from '@headway/events'
import { addMessages, type JobEngine } from '@headway/jobs'
import '../chaos-message.ts'

/** Messages of one user in one transaction. */
const PER_USER = 20
const USERS_PER_ROUND = 10

/** Accepts messages numbered from 1 for each user, in large transactions; servers publish them by their sweeps. */
export class NumberedPublisher {
  readonly totals = new Map<string, number>()
  readonly #db: JobEngine['db']
  readonly #users: readonly { readonly userId: string }[]
  #accepted = 0
  #turn = 0

  constructor(db: JobEngine['db'], users: readonly { readonly userId: string }[]) {
    this.#db = db
    this.#users = users
  }

  get accepted(): number {
    return this.#accepted
  }

  /** One transaction; never goes beyond `limit` in all. */
  async publishRound(limit: number): Promise<void> {
    const round: { userId: string; from: number; count: number }[] = []
    let left = limit - this.#accepted
    for (let n = 0; n < USERS_PER_ROUND && left > 0; n += 1) {
      const userId = this.#users[this.#turn++ % this.#users.length]?.userId ?? ''
      const count = Math.min(PER_USER, left)
      round.push({ userId, from: (this.totals.get(userId) ?? 0) + 1, count })
      left -= count
    }
    await this.#db.transaction().execute(async (trx) => {
      for (const { userId, from, count } of round) {
        const messages = Array.from({ length: count }, (_, index) => ({
          type: 'CHAOS_EVENT' as const,
          payload: { id: `${userId}-${from + index}`, filler: '' },
        }))
        await addMessages(trx, [userChannel(userId)], messages)
      }
    })
    for (const { userId, from, count } of round) {
      this.totals.set(userId, from + count - 1)
      this.#accepted += count
    }
  }
}
