import { sql, type RawBuilder, type SqlBool } from 'kysely'

/**
 * Whether what somebody types stands in any of the columns. Capitals do not matter, nor does how an accent was written: as one character with
 * its letter, as most keyboards do, or as one of its own behind it, as files and names from a Mac. Not LIKE: what people type is no pattern.
 */
export function standsIn(typed: string, columns: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`position(lower(normalize(${typed}::text)) in lower(normalize(concat_ws(' ', ${columns})))) > 0`
}
