import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Database } from '../database/database.ts'

/** Whether a job is work of one of these types: of any unless they are given, and of none where the list is empty. */
export function isOfType(
  types: readonly string[] | undefined,
): (job: ExpressionBuilder<Database, 'jobs'>) => Expression<SqlBool> {
  // An array as one value: `in ()` is no SQL.
  return (job) => (types ? sql<boolean>`${job.ref('operation_type')} = any(${[...types]})` : job.lit(true))
}
