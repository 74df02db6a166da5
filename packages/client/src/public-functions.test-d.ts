import type { Ack, Channel, ErrorCode, JobState, JobView } from '@headway/events'
import { assertType, expectTypeOf } from 'vitest'
import {
  createClient,
  isRequestError,
  type ClientOptions,
  type ClientStats,
  type ConnectionEvents,
  type ConnectionState,
  type HeadwayClient,
  type RequestError,
  type Store,
  type TransportFactory,
} from './index.ts'
import {
  jobsListStore,
  jobsStore,
  startJob,
  watchJobs,
  type JobMessage,
  type JobSnapshot,
  type JobsListValue,
} from './jobs.ts'
import { createSharedClient } from './shared.ts'
import { getSocketClient, initSocketClient, resetInstance } from './singleton.ts'

const client = createClient({ getToken: async () => null })

// Options: each by its name and of its kind.
expectTypeOf(client).toEqualTypeOf<HeadwayClient>()
assertType<ClientOptions>({ url: 'https://jobs.example.com', token: 'token', backoff: { maxMs: 5_000 } })
// @ts-expect-error -- no such option
createClient({ token: 'token', timeout: 5_000 })
// @ts-expect-error -- nobody signed in is null, and not undefined
createClient({ getToken: () => undefined })
// @ts-expect-error -- milliseconds are a number
createClient({ token: 'token', requestTimeoutMs: '5s' })
// @ts-expect-error -- no such setting of the waits
createClient({ token: 'token', backoff: { retries: 5 } })
// @ts-expect-error -- leaving an option out is not the same as undefined
createClient({ token: 'token', url: undefined })
// @ts-expect-error -- the settings are missing
createClient()

// One client per page, and one per user.
expectTypeOf(initSocketClient({ token: 'token', deviceId: 'desk' })).toEqualTypeOf<HeadwayClient>()
expectTypeOf(getSocketClient()).toEqualTypeOf<HeadwayClient>()
expectTypeOf(resetInstance()).toBeVoid()
// @ts-expect-error -- only the page's one client has a device
createClient({ token: 'token', deviceId: 'desk' })
const openWorker = (name: string): SharedWorker => new SharedWorker('/worker.js', { name })
expectTypeOf(createSharedClient({ token: 'token', openWorker })).toEqualTypeOf<HeadwayClient>()
// @ts-expect-error -- only the application's bundler knows where the worker is
createSharedClient({ token: 'token' })
declare const openTransport: TransportFactory
// @ts-expect-error -- it opens its own
createSharedClient({ token: 'token', openWorker, openTransport })

// Listening returns its undoing, which takes nothing.
expectTypeOf(client.on('JOB_STEP', () => {})).toEqualTypeOf<() => void>()
expectTypeOf(client.onAny(() => {})).toEqualTypeOf<() => void>()
expectTypeOf(client.onConnection('connected', () => {})).toEqualTypeOf<() => void>()
expectTypeOf(client.subscribe('job', () => {})).toEqualTypeOf<() => void>()
client.on('CUSTOMER_UPDATE_PROGRESS', ({ payload, seq, channel }) => {
  expectTypeOf(payload.customerId).toBeString()
  expectTypeOf(channel).toEqualTypeOf<Channel>()
  // A transient message has no place in the log.
  assertType<number | undefined>(seq)
})
client.on('JOB_FAILED', ({ payload }) => {
  expectTypeOf(payload.retryable).toBeBoolean()
  // @ts-expect-error -- a failed job has no result
  assertType<unknown>(payload.result)
})
// @ts-expect-error -- happens to the connection, and is no message
client.on('connected', () => {})
// @ts-expect-error -- what to do is missing
client.on('JOB_STEP')
client.subscribe('job', (message) => {
  expectTypeOf(message).toEqualTypeOf<JobMessage>()
  if (message.type === 'JOB_QUESTION') expectTypeOf(message.payload.prompt).toBeString()
})
// @ts-expect-error -- which job
client.subscribe((message: JobMessage) => message)
// @ts-expect-error -- a job's callback hears of a job
client.subscribe('job', (message: { type: 'CUSTOMER_UPDATED' }) => message)

// Each connection event has what it says, and no more.
client.onConnection('connected', (event) => {
  expectTypeOf(event).toEqualTypeOf<ConnectionEvents['connected']>()
  expectTypeOf(event.replayed).toBeNumber()
  // @ts-expect-error -- belongs to another event
  assertType<string>(event.reason)
})
client.onConnection('failed', ({ code }) => {
  expectTypeOf(code).toExtend<string | undefined>()
  // @ts-expect-error -- no refusal has this code
  assertType<boolean>(code === 'expired')
})
client.onConnection('send-dropped', ({ name, reason }) => {
  expectTypeOf(name).toEqualTypeOf<'cancel:job' | 'answer:job'>()
  expectTypeOf(reason).toEqualTypeOf<'full' | 'expired' | 'user-changed' | 'stopped'>()
})
client.onConnection('woken', (event) => expectTypeOf(event).toBeUndefined())
// @ts-expect-error -- no such event
client.onConnection('connect', () => {})
// @ts-expect-error -- a message, for `on`
client.onConnection('JOB_FAILED', () => {})

// A call takes its own arguments, and is answered with its own acknowledgement.
const cancelled = await client.send('cancel:job', 'job')
expectTypeOf(cancelled).toEqualTypeOf<Ack<{ state: JobState }>>()
if (cancelled.ok) expectTypeOf(cancelled.state).toEqualTypeOf<JobState>()
else expectTypeOf(cancelled.error.code).toEqualTypeOf<ErrorCode>()
// @ts-expect-error -- only where it went well
assertType<JobState>(cancelled.state)
const answered = await client.send('answer:job', 'job', 'colour', { shade: 'dark' })
expectTypeOf(answered).toEqualTypeOf<Ack>()
// @ts-expect-error -- an answer tells no state
if (answered.ok) assertType<JobState>(answered.state)
// @ts-expect-error -- the value is missing
void client.send('answer:job', 'job', 'colour')
// @ts-expect-error -- ends a job without a reason
void client.send('cancel:job', 'job', 'too late')
// @ts-expect-error -- an id is a string
void client.send('cancel:job', 7)
// @ts-expect-error -- the client follows its channels by itself
void client.send('resume', 'user:me', 1)
// @ts-expect-error -- the client renews its token by itself
void client.send('auth:refresh', 'token')
// @ts-expect-error -- no such call
void client.send('start:job', 'job')

expectTypeOf(client.cancelJob('job')).resolves.toEqualTypeOf<{ state: JobState }>()
expectTypeOf(client.resumeJob('job')).resolves.toEqualTypeOf<JobView>()
expectTypeOf(client.answerJob('job', 'colour', 'red')).resolves.toBeVoid()
expectTypeOf(client.callApi<{ count: number }>('/api/count')).resolves.toEqualTypeOf<{ count: number }>()
// @ts-expect-error -- the value is missing
void client.answerJob('job', 'colour')
// What a call answers is to be said, or to be looked at.
expectTypeOf(client.callApi('/api/count')).resolves.toBeUnknown()

// Errors: unknown until they are looked at.
const caught: unknown = new Error('')
if (isRequestError(caught)) {
  expectTypeOf(caught).toEqualTypeOf<RequestError>()
  expectTypeOf(caught.code).toEqualTypeOf<ErrorCode>()
  expectTypeOf(caught.retryAfterMs).toEqualTypeOf<number | undefined>()
  // @ts-expect-error -- no such code
  assertType<boolean>(caught.code === 'gone')
  // @ts-expect-error -- says what happened, and stays so
  caught.code = 'internal'
}

expectTypeOf(client.getConnectionState()).toEqualTypeOf<ConnectionState>()
expectTypeOf(client.getStats()).toEqualTypeOf<ClientStats>()
// @ts-expect-error -- no such state
assertType<boolean>(client.getConnectionState() === 'open')

// Stores and jobs.
expectTypeOf(jobsStore(client, ['a', 'b'])).toEqualTypeOf<Store<readonly JobSnapshot[]>>()
const list = jobsListStore(client, { state: 'failed', limit: 10 })
expectTypeOf(list).toEqualTypeOf<JobsListValue>()
expectTypeOf(list.getSnapshot().jobs).toEqualTypeOf<readonly JobView[]>()
expectTypeOf(startJob(client, 'rehearse', { steps: 3 })).resolves.toEqualTypeOf<JobView>()
expectTypeOf(startJob(client, 'rehearse', {}, { idempotencyKey: 'key' })).resolves.toEqualTypeOf<JobView>()
expectTypeOf(watchJobs).parameters.toEqualTypeOf<[client: HeadwayClient]>()
// @ts-expect-error -- no such state
jobsListStore(client, { state: 'done' })
// @ts-expect-error -- several ids
jobsStore(client, 'a')
// @ts-expect-error -- an input is an object
void startJob(client, 'rehearse', 'fast')
// @ts-expect-error -- what a store gives is not to be changed
list.getSnapshot().jobs.push(list.getSnapshot().jobs[0])
