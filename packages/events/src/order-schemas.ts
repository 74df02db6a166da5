import { z } from 'zod'
import { JOB_ID_PATTERN } from './channels.ts'
import { ORDER_LIMITS, ORDER_STATES, orderTotal } from './pending-order.ts'

const {
  maxOrdersPerBatch,
  maxLines,
  customerIdMaxLength,
  customerNameMaxLength,
  skuMaxLength,
  descriptionMaxLength,
  noteMaxLength,
  maxQuantity,
  maxUnitPrice,
} = ORDER_LIMITS

/** The codes of today, as the runtime knows them: a misspelt one is no currency. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** In the form in which Postgres gives it back, or a device would not find its own order in a list. */
const orderIdSchema = z
  .string()
  .regex(JOB_ID_PATTERN, { error: 'must be a UUID in lower case' })
  .meta({ description: 'A UUID that the device has made, in lower case.' })

const orderLineSchema = z.strictObject({
  sku: words(skuMaxLength),
  description: text(descriptionMaxLength),
  quantity: wholeNumber(1, maxQuantity),
  unitPrice: wholeNumber(0, maxUnitPrice).meta({ description: "In minor units of the order's currency." }),
})

/**
 * What a device sends of an order. What it read, changed and sends back passes too: the fields that are not its to write are
 * left out of the result.
 */
export const orderInputSchema = z
  .strictObject({
    id: orderIdSchema,
    customerId: words(customerIdMaxLength),
    customerName: words(customerNameMaxLength),
    currency: z
      .string()
      .refine((code) => CURRENCIES.has(code), { error: 'must be a currency code of ISO 4217, like EUR' })
      .meta({ description: 'ISO 4217, like `EUR`.' }),
    lines: z
      .array(orderLineSchema)
      .min(1, { error: 'must have at least one line' })
      .max(maxLines, { error: `must have at most ${maxLines} lines` })
      .refine((lines) => Number.isSafeInteger(orderTotal(lines)), {
        error: 'cost more than can be counted exactly',
      }),
    note: text(noteMaxLength).optional(),
    version: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .optional()
      .meta({ description: 'That of the order that was changed; none for a new one.' }),
    state: z.enum(ORDER_STATES).optional(),
    erpNumber: z.string().nullable().optional(),
    total: z.number().optional(),
    createdAt: z.string().optional(),
    updatedAt: z.string().optional(),
  })
  .transform(
    ({ state: _state, erpNumber: _erpNumber, total: _total, createdAt: _c, updatedAt: _u, ...order }) =>
      order,
  )

/** An order that waits for the ERP, or has been there: the schema of `PendingOrder`. Fields of later versions pass. */
export const pendingOrderSchema = z.object({
  id: orderIdSchema,
  customerId: z.string(),
  customerName: z.string(),
  currency: z.string(),
  lines: z.array(orderLineSchema),
  note: z.string().optional(),
  version: z.int().positive().meta({ description: 'Rises with each change, whoever makes it.' }),
  state: z.enum(ORDER_STATES),
  erpNumber: z
    .string()
    .nullable()
    .meta({ description: 'What the ERP calls the order, once it was submitted.' }),
  total: z.int().nonnegative().meta({ description: 'In minor units.' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})

/** A batch: each of its orders is right, and there once. */
export const orderBatchSchema = z.strictObject({
  orders: z
    .array(orderInputSchema)
    .min(1, { error: 'must have at least one order' })
    .max(maxOrdersPerBatch, { error: `must have at most ${maxOrdersPerBatch} orders` }),
})

function words(maxLength: number) {
  return text(maxLength).regex(/\S/, { error: 'must not be empty' })
}

function text(maxLength: number) {
  return z.string().max(maxLength, { error: `must have at most ${maxLength} characters` })
}

function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .int({ error: ({ input }) => (input === undefined ? 'is required' : error) })
    .min(min, { error })
    .max(max, { error })
}
