import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { OrderImport } from '../import/order-import.ts'
import { COLUMNS } from '../import/order-rows.ts'

/** Brings the orders of a CSV file into the list of orders. */
export const importOrders = defineOperation({
  type: 'import-orders',
  description:
    'Reads orders from CSV text and stores them in batches. Rows that will not do are left in a file, each with its reason.',
  input: z.object({
    csv: z
      .string()
      .min(1)
      .meta({
        title: 'CSV',
        description: `One row for each line of an order, the rows of an order below each other. Columns: ${COLUMNS.join(', ')}.`,
        format: 'multiline',
        examples: [`${COLUMNS.join(',')}\nPO-1,C-100,Acme,EUR,BOLT-8,Bolts,10,0.25,`],
      }),
  }),
  timeoutMs: 10 * 60_000,
  run: (ctx) => new OrderImport(ctx).run(),
})
