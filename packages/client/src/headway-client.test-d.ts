import type { MessagePayloads, WebSocketMessage } from '@headway/events'
import { assertType, expectTypeOf } from 'vitest'
import { createClient, type ConnectionSnapshot } from './index.ts'
import { jobStore, type JobSnapshot } from './jobs.ts'

const client = createClient({ token: 'token' })

// The type picks the payload.
client.on('JOB_COMPLETED', ({ type, payload }) => {
  expectTypeOf(type).toEqualTypeOf<'JOB_COMPLETED'>()
  expectTypeOf(payload).toEqualTypeOf<MessagePayloads['JOB_COMPLETED']>()
})
client.onAny((message) => expectTypeOf(message).toEqualTypeOf<WebSocketMessage>())

// @ts-expect-error -- no such type
client.on('JOB_COMPLETE', () => {})

// A job's callback hears JOB_* messages only, and narrows by type.
client.subscribe('job', (message) => {
  if (message.type === 'JOB_CHUNK') expectTypeOf(message.payload.text).toBeString()
  // @ts-expect-error -- not about a job
  assertType<boolean>(message.type === 'CUSTOMER_UPDATED')
})

client.onConnection('resync', ({ channel, seq, reason }) => {
  expectTypeOf(seq).toBeNumber()
  expectTypeOf(reason).toEqualTypeOf<'trimmed' | 'aged' | 'lost'>()
  assertType<string>(channel)
})
client.onConnection('reconnecting', ({ delayMs }) => expectTypeOf(delayMs).toBeNumber())

// A call takes its own arguments, and only what may wait can be sent.
expectTypeOf(client.send('cancel:job', 'job')).resolves.toExtend<{ ok: boolean }>()
// @ts-expect-error -- the question is missing
void client.send('answer:job', 'job')
// @ts-expect-error -- the client follows jobs by itself
void client.send('subscribe:job', 'job', {})

expectTypeOf(client.connection.getSnapshot()).toEqualTypeOf<ConnectionSnapshot>()
expectTypeOf(jobStore(client, 'job').getSnapshot()).toEqualTypeOf<JobSnapshot>()
expectTypeOf(jobStore(client, 'job').getSnapshot().state).toEqualTypeOf<
  'created' | 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | undefined
>()
