import { z } from 'zod'
import { JOB_ID_PATTERN, USER_ID_PATTERN } from './channels.ts'
import { JOB_STATES } from './job-states.ts'
import type { MessagePayloads } from './message-payloads.ts'

export { jobViewSchema } from './job-view-schema.ts'
export { orderBatchSchema, orderInputSchema, pendingOrderSchema } from './order-schemas.ts'

/**
 * Validators of the built-in messages: an entry point of its own, so that a browser bundle holds none of it.
 * Payloads are open for fields of later versions: a reader ignores what it does not know.
 */

const count = z.int().nonnegative()
const seqSchema = count
const jobPayload = z.looseObject({
  jobId: z.string().regex(JOB_ID_PATTERN),
  operationType: z.string().min(1),
})
const versioned = jobPayload.extend({ version: z.int().positive() })
const attempted = versioned.extend({ attempt: z.int().positive() })
const seal = { textEnd: count.optional(), textSha256: z.string().optional() }
const orders = z.looseObject({ orderIds: z.array(z.string()), count, originId: z.string().optional() })
const percent = z.number().min(0).max(100)

/** Schema of each built-in type's payload. */
export const payloadSchemas = {
  JOB_CREATED: versioned.extend({ state: z.enum(JOB_STATES) }),
  JOB_QUEUED: versioned.extend({
    reason: z.enum(['created', 'retry', 'busy', 'preempted', 'worker-lost', 'resumed', 'answered']),
    notBefore: z.iso.datetime().optional(),
  }),
  JOB_STARTED: attempted,
  JOB_RUNNING: attempted.extend({ resumedFrom: z.string().optional(), textOffset: count.optional() }),
  JOB_PROGRESS: jobPayload.extend({
    attempt: z.int().positive(),
    n: z.int().positive(),
    progress: percent,
    label: z.string(),
  }),
  JOB_STEP: jobPayload.extend({
    step: z.string(),
    index: count,
    total: count.optional(),
    status: z.enum(['started', 'completed', 'failed']),
    durationMs: z.number().nonnegative().optional(),
    error: z.string().optional(),
  }),
  JOB_CHUNK: jobPayload.extend({ attempt: z.int().positive(), text: z.string(), offset: count, end: count }),
  JOB_CHECKPOINT: jobPayload.extend({ step: z.string() }),
  JOB_QUESTION: versioned.extend({
    question: z.string(),
    prompt: z.string(),
    schema: z.record(z.string(), z.unknown()),
  }),
  JOB_ANSWERED: versioned.extend({ question: z.string() }),
  JOB_ARTIFACT: jobPayload.extend({
    artifactId: z.string(),
    name: z.string(),
    contentType: z.string(),
    size: count,
  }),
  JOB_COMPLETED: attempted.extend({ ...seal, result: z.unknown(), durationMs: z.number().nonnegative() }),
  JOB_FAILED: attempted.extend({ ...seal, error: z.string(), code: z.string(), retryable: z.boolean() }),
  JOB_CANCELLED: versioned.extend({
    ...seal,
    reason: z.string().optional(),
    by: z.enum(['user', 'system']).optional(),
  }),
  JOB_RESUMED: versioned.extend({ fromStep: z.string().optional() }),
  PENDING_CREATED: orders,
  PENDING_UPDATED: orders,
  PENDING_DELETED: z.looseObject({ orderId: z.string(), originId: z.string().optional() }),
  CUSTOMER_UPDATE_PROGRESS: z.looseObject({ customerId: z.string(), progress: percent, label: z.string() }),
  CUSTOMER_UPDATED: z.looseObject({ customerId: z.string() }),
} satisfies Partial<Record<keyof MessagePayloads, z.ZodType>>

/** Any channel: `user:<userId>`, `job:<jobId>` or `all`. */
export const channelSchema = z.union([
  z.literal('all'),
  z.templateLiteral(['user:', z.string().regex(USER_ID_PATTERN)]),
  z.templateLiteral(['job:', z.string().regex(JOB_ID_PATTERN)]),
])

/** The outer shape of a message of any type; `payloadSchemas[type]` checks what it carries. */
export const messageSchema = z.looseObject({
  type: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  payload: z.record(z.string(), z.unknown()),
  timestamp: z.iso.datetime({ precision: 3 }),
  channel: channelSchema,
  seq: seqSchema.optional(),
  prev: seqSchema.optional(),
})
