import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type BadRow } from './order-rows.ts'

/** Rows that are kept, and about how many characters of them. Whoever has more corrects those first. */
const MAX_ROWS = 10_000
const MAX_LENGTH = 8_388_608

/** The rows that were not imported, the first of them where there are too many to be held. */
export class BadRows {
  readonly #rows: BadRow[] = []
  #length = 0

  add(rows: readonly BadRow[]): void {
    for (const row of rows) {
      if (this.#rows.length >= MAX_ROWS || this.#length >= MAX_LENGTH) return
      this.#rows.push(row)
      for (const text of Object.values(row.fields)) this.#length += text.length
    }
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0
  }

  /** As a file that can be corrected and imported, with the reason of each. */
  toCsv(): string {
    const rows = this.#rows.toSorted((a, b) => a.line - b.line)
    const records = rows.map(({ line, reason, fields }) => [
      line,
      reason,
      ...COLUMNS.map((name) => fields[name] ?? ''),
    ])
    // A spreadsheet must not take a cell of somebody else's file for a formula.
    return stringify(records, {
      header: true,
      columns: ['line', 'reason', ...COLUMNS],
      escape_formulas: true,
    })
  }
}
