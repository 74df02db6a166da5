import type { JobView, OrderInput, PendingOrder } from '@headway/events'
import type { jobViewSchema, orderInputSchema, pendingOrderSchema } from '@headway/events/schemas'
import { expectTypeOf } from 'vitest'
import type { z } from 'zod'

// What the schemas let pass is what the types say, and nothing else.
expectTypeOf<z.infer<typeof jobViewSchema>>().toEqualTypeOf<JobView>()
expectTypeOf<z.infer<typeof pendingOrderSchema>>().toEqualTypeOf<PendingOrder>()
expectTypeOf<z.infer<typeof orderInputSchema>>().toEqualTypeOf<OrderInput>()
