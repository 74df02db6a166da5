import { expectTypeOf } from 'vitest'
import type { ServerToClientEvents, WebSocketMessage, OutgoingMessage, MessageOf } from '@headway/events'

declare module '@headway/events' {
  interface MessagePayloads {
    TYPE_TEST_INVOICE_PAID: { invoiceId: string }
  }
}

declare const message: WebSocketMessage
declare function publish(message: OutgoingMessage): void

// `type` picks `payload` in what arrives.
if (message.type === 'JOB_PROGRESS') expectTypeOf(message.payload.progress).toEqualTypeOf<number>()
if (message.type === 'JOB_QUEUED') expectTypeOf(message.payload.notBefore).toEqualTypeOf<string | undefined>()
if (message.type === 'TYPE_TEST_INVOICE_PAID') {
  expectTypeOf(message.payload).toEqualTypeOf<{ invoiceId: string }>()
}

// …in `on('event')`…
expectTypeOf<ServerToClientEvents['event']>().parameter(0).toEqualTypeOf<WebSocketMessage>()
expectTypeOf<MessageOf<'JOB_STEP'>['payload']['step']>().toEqualTypeOf<string>()

// …and in what a publisher hands in, custom types included.
publish({ type: 'CUSTOMER_UPDATED', payload: { customerId: '7' } })
publish({ type: 'TYPE_TEST_INVOICE_PAID', payload: { invoiceId: '42' } })
// @ts-expect-error the payload of another type
publish({ type: 'CUSTOMER_UPDATED', payload: { invoiceId: '42' } })
// @ts-expect-error an unknown type
publish({ type: 'INVOICE_LOST', payload: {} })
