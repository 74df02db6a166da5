import type { JobView, WebSocketMessage } from '@headway/events'
import { expectTypeOf } from 'vitest'
import type { FakeHeadway, FakeJob } from './index.ts'

declare const headway: FakeHeadway
declare const job: FakeJob

// Faults and messages are typed by the union of messages.
headway.drop({ where: (message) => message.type === 'JOB_PROGRESS' && message.payload.progress > 50 })
expectTypeOf<NonNullable<Parameters<FakeHeadway['drop']>[0]>['where']>()
  .exclude<undefined>()
  .parameter(0)
  .toEqualTypeOf<WebSocketMessage>()
headway.publish('ada', { type: 'CUSTOMER_UPDATED', payload: { customerId: '7' } })
// @ts-expect-error the payload of another type
headway.publish('ada', { type: 'CUSTOMER_UPDATED', payload: { invoiceId: '7' } })
// @ts-expect-error no code of the protocol
headway.refuseCalls('no_such_code')
// @ts-expect-error no code of a refused handshake
headway.refuseConnections('conflict')

expectTypeOf(job.view).toEqualTypeOf<JobView>()
expectTypeOf(job.ask('colour', { prompt: 'Which?', schema: {} })).toEqualTypeOf<Promise<unknown>>()
// @ts-expect-error a status that no step has
job.step('load', 'done')
