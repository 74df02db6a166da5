import type { OrderInput } from '@headway/events'
import type { AttemptTransaction, OrderConflict } from '@headway/jobs'
import type { OperationContext } from '../operation-context.ts'
import { BadRows } from './bad-rows.ts'
import { importWords } from './import-words.ts'
import { openCsv, type CsvInput } from './open-csv.ts'
import { readOrders, type BadRow, type ReadOrder } from './order-rows.ts'

/** Orders that are stored together, and told in one message. */
const BATCH_SIZE = 100

const CONFLICTS: Record<OrderConflict['reason'], string> = {
  stale: 'order: is there already; change it on the page',
  gone: 'order: was deleted',
  locked: 'order: is on its way into the ERP, or there',
  taken: 'order: its id is in use',
}

export interface ImportResult {
  rows: number
  created: number
  updated: number
  /** Rows that were not imported; the artifact says why. */
  refused: number
}

/** What one batch has come to, as its step keeps it: short, whatever is in the file. */
interface BatchResult {
  created: number
  updated: number
  /** Orders by their place in the batch. */
  refused: { at: number; reason: string }[]
}

/** Brings the orders of a file into the store, batch by batch; each batch is stored once, whatever happens in between. */
export class OrderImport {
  readonly #ctx: OperationContext<CsvInput>
  readonly #total: ImportResult = { rows: 0, created: 0, updated: 0, refused: 0 }
  readonly #badRows = new BadRows()
  #batches = 0

  constructor(ctx: OperationContext<CsvInput>) {
    this.#ctx = ctx
  }

  async run(): Promise<ImportResult> {
    const { userId, signal } = this.#ctx
    const { size, text } = await openCsv(this.#ctx)
    let batch: ReadOrder[] = []
    let orders = 0
    for await (const read of readOrders(text, userId)) {
      signal.throwIfAborted()
      this.#total.rows += read.rowCount
      if (read.faults.length > 0) this.#refuse(read.faults)
      else batch.push(read)
      if (batch.length === BATCH_SIZE) {
        await this.#store(batch)
        batch = []
      }
      orders += 1
      if (orders % BATCH_SIZE === 0) await this.#tell(Math.min(95, (95 * read.bytes) / size))
    }
    if (batch.length > 0) await this.#store(batch)
    await this.#keepBadRows()
    await this.#tell(100)
    return this.#total
  }

  async #store(batch: readonly ReadOrder[]): Promise<void> {
    this.#batches += 1
    const name = `batch-${String(this.#batches).padStart(4, '0')}`
    const { created, updated, refused } = await this.#ctx.transactStep(name, (trx) =>
      this.#upsert(trx, batch),
    )
    this.#total.created += created
    this.#total.updated += updated
    for (const { at, reason } of refused) {
      const rows = batch[at]?.rows ?? []
      this.#refuse(rows.map(({ line, fields }) => ({ line, reason, fields })))
    }
  }

  /** Everything that can be stored is; what is in its way is told, row by row. */
  async #upsert(trx: AttemptTransaction, batch: readonly ReadOrder[]): Promise<BatchResult> {
    const { userId, resources } = this.#ctx
    const places = firstPlaces(batch)
    const refused = batch.flatMap(({ order }, at) => {
      return places.get(order.id) === at
        ? []
        : [{ at, reason: 'order: its rows do not stand below each other' }]
    })
    let orders: OrderInput[] = [...places.values()].flatMap((at) => batch[at]?.order ?? [])
    while (orders.length > 0) {
      const outcome = await resources.orders.upsertBatch({ userId, orders, originId: this.#ctx.jobId }, trx)
      if (outcome.outcome === 'stored') {
        const created = outcome.results.filter(({ action }) => action === 'created').length
        return { created, updated: outcome.results.length - created, refused }
      }
      const inTheWay = new Map(outcome.conflicts.map(({ id, reason }) => [id, CONFLICTS[reason]]))
      for (const [id, reason] of inTheWay) refused.push({ at: places.get(id) ?? -1, reason })
      orders = orders.filter(({ id }) => !inTheWay.has(id))
    }
    return { created: 0, updated: 0, refused }
  }

  #refuse(rows: readonly BadRow[]): void {
    this.#badRows.add(rows)
    this.#total.refused += new Set(rows.map(({ line }) => line)).size
  }

  async #keepBadRows(): Promise<void> {
    if (this.#badRows.isEmpty) return
    await this.#ctx.artifact('bad-rows.csv', this.#badRows.toCsv(), 'text/csv')
  }

  async #tell(percent: number): Promise<void> {
    await this.#ctx.progress(percent, importWords(this.#total))
  }
}

/** Where each order stands first in the batch. */
function firstPlaces(batch: readonly ReadOrder[]): Map<string, number> {
  const places = new Map<string, number>()
  for (const [at, { order }] of batch.entries()) if (!places.has(order.id)) places.set(order.id, at)
  return places
}
