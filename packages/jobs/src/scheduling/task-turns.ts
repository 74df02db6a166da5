import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'

/** A task that many processes could do at any moment, and that one of them does in each interval. */
export type SharedTask = Database['task_turns']['task']

/** Two clocks of the same interval are never quite in step: this much of it counts as the whole. */
const DUE_AFTER = 0.9

/**
 * Divides the turns of periodic tasks among all processes, in Postgres: whoever comes first after the interval takes the turn,
 * and the others have nothing to do. Only saves work: a task that is done twice does no harm.
 */
export class TaskTurns {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** True for the one who is to do it now. Costs a look at one row otherwise. */
  async take(task: SharedTask, intervalMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('task_turns')
      .set({ taken_at: sql<Date>`now()` })
      .where('task', '=', task)
      .where('taken_at', '<=', sql<Date>`now() - make_interval(secs => ${(intervalMs * DUE_AFTER) / 1000})`)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** For whoever does it unasked: it is done for this interval. */
  async note(task: SharedTask): Promise<void> {
    await this.#db
      .updateTable('task_turns')
      .set({ taken_at: sql<Date>`now()` })
      .where('task', '=', task)
      .execute()
  }
}
