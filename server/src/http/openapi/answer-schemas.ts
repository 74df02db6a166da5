import { jobViewSchema, pendingOrderSchema } from '@headway/events/schemas'
import { ORDER_STATES } from '@headway/events'
import type { Customer, JobPage, OperationView, OrderConflict, OrderPage } from '@headway/jobs'
import { z } from 'zod'
import { problemSchema } from '../problem.ts'

/** What calls answer with, beyond the views of a job and of an order. Each is held to the type of what is sent. */

const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'The `cursor` of the next page; null where there is none.' })

export const okSchema = z.object({ ok: z.literal(true) })

export const jobCreatedSchema = z.object({
  jobId: z.string(),
  state: z.literal('created'),
  job: jobViewSchema,
})

export const jobPageSchema = z.object({
  jobs: z.array(jobViewSchema),
  nextCursor,
}) satisfies z.ZodType<JobPage>

const operationSchema = z.object({
  type: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the input.' }),
  available: z.boolean(),
  reason: z.string().exactOptional().meta({ description: 'Why it is not available.' }),
}) satisfies z.ZodType<OperationView>

export const operationsSchema = z.object({ operations: z.array(operationSchema) })

export const uploadSchema = z.object({
  uploadId: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.int().nonnegative().meta({ description: 'In bytes.' }),
  expiresAt: z.iso.datetime().meta({ description: 'When it is gone, if no job has it by then.' }),
})

export const orderPageSchema = z.object({
  orders: z.array(pendingOrderSchema),
  nextCursor,
}) satisfies z.ZodType<OrderPage>

export const orderResultsSchema = z.object({
  results: z.array(
    z.object({ id: z.string(), action: z.enum(['created', 'updated']), version: z.int().positive() }),
  ),
})

const orderConflictSchema = z.object({
  id: z.string(),
  reason: z.enum(['stale', 'gone', 'locked', 'taken']),
  sentVersion: z.int().nullable(),
  storedVersion: z.int().nullable(),
  state: z.enum(ORDER_STATES).nullable(),
}) satisfies z.ZodType<OrderConflict>

export const orderConflictsSchema = problemSchema.extend({
  conflicts: z
    .array(orderConflictSchema)
    .meta({ description: 'Both versions of each order that is in the way.' }),
})

export const customersSchema = z.object({
  customers: z.array(
    z.object({
      customerId: z.string(),
      name: z.string(),
      fields: z.record(z.string(), z.string()),
      version: z.int().positive(),
      updatedAt: z.iso.datetime(),
    }) satisfies z.ZodType<Customer>,
  ),
})

export const devTokenSchema = z.object({ token: z.string(), expiresAt: z.iso.datetime() })

export const openApiSchema = z.looseObject({ openapi: z.string() })

export const liveSchema = z.object({ status: z.literal('ok') })

export const readySchema = z.object({
  status: z.literal('ready'),
  checks: z.object({ redis: z.literal('up'), postgres: z.literal('up') }),
})
