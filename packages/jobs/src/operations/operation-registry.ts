import { sql, type Kysely, type Selectable } from 'kysely'
import type { Database, OperationsTable } from '../database/database.ts'
import { storableJson } from '../database/storable.ts'

/** What a worker says of a kind of work that it runs. */
export interface OperationDescription {
  type: string
  description: string
  /** JSON Schema. */
  inputSchema: Record<string, unknown>
  timeoutMs: number
  /** One per user at a time. */
  exclusive: boolean
  /** A higher one goes before a lower one. */
  priority: number
  /** A job fails with this many failed attempts; those before are tried again. @default 3 */
  maxFailures?: number
  /** Why this worker can't run it now (no browser), where it can't. */
  unavailableReason?: string
}

/** An operation as `GET /api/operations` lists it. */
export interface OperationView {
  type: string
  description: string
  inputSchema: Record<string, unknown>
  available: boolean
  /** Why it is not available. */
  reason?: string
}

/** Workers register again every 30 s; one that missed two of them and half of a third is gone. */
const SEEN_WITHIN_SECONDS = 90

const DEFAULT_MAX_FAILURES = 3

const NO_WORKERS = `No worker that runs this operation has been seen for ${SEEN_WITHIN_SECONDS} s. Is one running?`

type OperationRow = Selectable<OperationsTable> & { is_seen: boolean }

/** The kinds of work of this deployment: workers say what they run, servers read it here. */
export class OperationRegistry {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Says that a worker is here and runs these. Workers repeat it every 30 s. */
  async register(operations: readonly OperationDescription[]): Promise<void> {
    if (operations.length === 0) return
    await this.#db
      .insertInto('operations')
      // In the order of the types: two workers that register at once lock the rows in the same order.
      .values(operations.toSorted((a, b) => (a.type < b.type ? -1 : 1)).map(toRow))
      .onConflict((conflict) =>
        conflict.column('type').doUpdateSet((eb) => ({
          description: eb.ref('excluded.description'),
          input_schema: eb.ref('excluded.input_schema'),
          timeout_ms: eb.ref('excluded.timeout_ms'),
          exclusive: eb.ref('excluded.exclusive'),
          priority: eb.ref('excluded.priority'),
          max_failures: eb.ref('excluded.max_failures'),
          unavailable_reason: eb.ref('excluded.unavailable_reason'),
          seen_at: sql<Date>`now()`,
        })),
      )
      .execute()
  }

  /** Takes operations from the list that no worker has named for so many days. */
  async forget(unseenDays: number): Promise<void> {
    await this.#db
      .deleteFrom('operations')
      .where('seen_at', '<', sql<Date>`now() - make_interval(days => ${unseenDays})`)
      .execute()
  }

  /** All that are known, by type, those that nobody runs now among them. */
  async list(): Promise<OperationView[]> {
    const rows = await this.#select().orderBy('type').execute()
    return rows.map(toView)
  }

  /** One of them; undefined where no worker has named it. */
  async find(type: string): Promise<OperationView | undefined> {
    const row = await this.#select().where('type', '=', type).executeTakeFirst()
    return row && toView(row)
  }

  #select() {
    return this.#db
      .selectFrom('operations')
      .selectAll()
      .select(sql<boolean>`seen_at > now() - make_interval(secs => ${SEEN_WITHIN_SECONDS})`.as('is_seen'))
  }
}

function toRow(operation: OperationDescription) {
  return {
    type: operation.type,
    description: operation.description,
    input_schema: storableJson(operation.inputSchema),
    timeout_ms: operation.timeoutMs,
    exclusive: operation.exclusive,
    priority: operation.priority,
    max_failures: operation.maxFailures ?? DEFAULT_MAX_FAILURES,
    unavailable_reason: operation.unavailableReason ?? null,
  }
}

function toView(row: OperationRow): OperationView {
  const reason = row.is_seen ? row.unavailable_reason : NO_WORKERS
  return {
    type: row.type,
    description: row.description,
    inputSchema: row.input_schema,
    available: reason === null,
    ...(reason !== null && { reason }),
  }
}
