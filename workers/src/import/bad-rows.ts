import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type BadRow } from './order-rows.ts'

/** The rows that were not imported as a file that can be corrected and imported, with the reason of each. */
export function badRowsCsv(rows: readonly BadRow[]): string {
  const records = rows.map(({ line, reason, fields }) => [
    line,
    reason,
    ...COLUMNS.map((name) => fields[name] ?? ''),
  ])
  // A spreadsheet must not take a cell of somebody else's file for a formula.
  return stringify(records, { header: true, columns: ['line', 'reason', ...COLUMNS], escape_formulas: true })
}
