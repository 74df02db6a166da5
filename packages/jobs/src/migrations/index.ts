import type { Migration } from 'kysely/migration'
import { jobTables } from './0001-job-tables.ts'
import { jsonAsWritten } from './0002-json-as-written.ts'
import { losses } from './0003-losses.ts'
import { questions } from './0004-questions.ts'
import { exclusive } from './0005-exclusive.ts'
import { reports } from './0006-reports.ts'
import { maintenance } from './0007-maintenance.ts'
import { orders } from './0008-orders.ts'
import { orderSubmissions } from './0009-order-submissions.ts'
import { uploads } from './0010-uploads.ts'

/** Every migration, by the name it is recorded under. They run in the order of their names and never change. */
export const migrations: Record<string, Migration> = {
  '0001-job-tables': jobTables,
  '0002-json-as-written': jsonAsWritten,
  '0003-losses': losses,
  '0004-questions': questions,
  '0005-exclusive': exclusive,
  '0006-reports': reports,
  '0007-maintenance': maintenance,
  '0008-orders': orders,
  '0009-order-submissions': orderSubmissions,
  '0010-uploads': uploads,
}
