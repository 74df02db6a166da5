import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { OrderImport } from '../import/order-import.ts'
import { COLUMNS } from '../import/order-rows.ts'

/** Brings the orders of a CSV file into the list of orders. */
export const importOrders = defineOperation({
  type: 'import-orders',
  description:
    'Reads orders from a CSV file and stores them in batches. Rows that will not do are left in a file, each with its reason.',
  input: z
    .object({
      uploadId: z.uuid().optional().meta({
        title: 'File',
        description: 'A CSV file in UTF-8, of any size that may be uploaded.',
        format: 'upload',
      }),
      csv: z
        .string()
        .min(1)
        .optional()
        .meta({
          title: 'CSV text',
          description: `Instead of a file. One row for each line of an order, the rows of an order below each other. Columns: ${COLUMNS.join(', ')}.`,
          format: 'multiline',
          examples: [`${COLUMNS.join(',')}\nPO-1,C-100,Acme,EUR,BOLT-8,Bolts,10,0.25,`],
        }),
    })
    .refine(({ csv, uploadId }) => (csv === undefined) !== (uploadId === undefined), {
      error: 'Give either a file or CSV text.',
    })
    .meta({ oneOf: [{ required: ['uploadId'] }, { required: ['csv'] }] }),
  timeoutMs: 30 * 60_000,
  run: (ctx) => new OrderImport(ctx).run(),
})
