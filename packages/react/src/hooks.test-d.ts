import type { ConnectionSnapshot, HeadwayClient, RequestError } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import type { ArtifactView, JobState, JobView, MessageOf, QuestionView, StepView } from '@headway/events'
import { assertType, expectTypeOf } from 'vitest'
import {
  RealtimeProvider,
  useConnectionEvent,
  useEvent,
  useJobProgress,
  useJobProgressMultiple,
  useJobs,
  useRealtimeClient,
  useStartJob,
  useWebSocketStatus,
  useWorkflowArtifacts,
  useWorkflowEvents,
  useWorkflowProgress,
  type RealtimeProviderProps,
  type WorkflowEventsOptions,
} from './index.ts'

// The provider needs a client, and nothing else.
expectTypeOf(useRealtimeClient()).toEqualTypeOf<HeadwayClient>()
expectTypeOf<{ client: HeadwayClient }>().toExtend<RealtimeProviderProps>()
expectTypeOf<{ children: string }>().not.toExtend<RealtimeProviderProps>()
// @ts-expect-error -- a client, not its settings
RealtimeProvider({ client: { token: 'token' } })

// A job: its value, its actions and its answering, each of a known type.
const run = useJobProgress('job')
expectTypeOf(run.job).toEqualTypeOf<JobView | undefined>()
expectTypeOf(run.state).toEqualTypeOf<JobState | undefined>()
expectTypeOf(run.progress).toBeNumber()
expectTypeOf(run.label).toBeString()
expectTypeOf(run.text).toBeString()
expectTypeOf(run.steps).toEqualTypeOf<readonly StepView[]>()
expectTypeOf(run.artifacts).toEqualTypeOf<readonly ArtifactView[]>()
expectTypeOf(run.question).toEqualTypeOf<QuestionView | null>()
// What a job answers is the application's to know: it has to be looked at before it is used.
expectTypeOf(run.result).toBeUnknown()
expectTypeOf(run.error).toEqualTypeOf<{ readonly code: string; readonly message: string } | null>()
expectTypeOf(run.freshness).toEqualTypeOf<'live' | 'catching-up' | 'stale'>()
expectTypeOf(run.isLoading).toBeBoolean()
expectTypeOf(run.loadError).toEqualTypeOf<RequestError | null>()
expectTypeOf(run.cancel).toEqualTypeOf<() => Promise<{ state: JobState }>>()
expectTypeOf(run.resume).toEqualTypeOf<() => Promise<JobView>>()
expectTypeOf(run.answer).toEqualTypeOf<(value: unknown) => Promise<void>>()
expectTypeOf(run.isAnswering).toBeBoolean()
expectTypeOf(run.answerError).toEqualTypeOf<RequestError | null>()
expectTypeOf(run).toExtend<JobSnapshot>()
// @ts-expect-error -- a job that is not known yet has an id all the same
useJobProgress(undefined)
// @ts-expect-error -- an answer has a value
void run.answer()
// @ts-expect-error -- not a state
assertType<boolean>(run.state === 'done')
// @ts-expect-error -- not known yet, perhaps
assertType<JobView>(run.job)

expectTypeOf(useJobProgressMultiple(['a', 'b'] as const)).toEqualTypeOf<readonly JobSnapshot[]>()
// @ts-expect-error -- several ids
useJobProgressMultiple('a')
// @ts-expect-error -- actions belong to `useJobProgress`
useJobProgressMultiple(['a'])[0]?.cancel()

// A list: filtered by what the server filters by.
const list = useJobs({ state: 'running', type: 'rehearse', limit: 20 })
expectTypeOf(list.jobs).toEqualTypeOf<readonly JobView[]>()
expectTypeOf(list.error).toEqualTypeOf<RequestError | null>()
expectTypeOf(list.isLoading).toBeBoolean()
expectTypeOf(list.isLoadingMore).toBeBoolean()
expectTypeOf(list.hasMore).toBeBoolean()
expectTypeOf(list.loadMore).toEqualTypeOf<() => Promise<void>>()
expectTypeOf(list.refresh).toEqualTypeOf<() => Promise<void>>()
expectTypeOf(useJobs()).toEqualTypeOf(list)
// @ts-expect-error -- no such state
useJobs({ state: 'done' })
// @ts-expect-error -- `type` is what it is called in the list's address
useJobs({ operationType: 'rehearse' })

const starting = useStartJob('rehearse')
expectTypeOf(starting.start({ steps: 3 }, { idempotencyKey: 'key' })).resolves.toEqualTypeOf<JobView>()
expectTypeOf(starting.start()).resolves.toEqualTypeOf<JobView>()
expectTypeOf(starting.jobId).toEqualTypeOf<string | null>()
expectTypeOf(starting.isPending).toBeBoolean()
expectTypeOf(starting.error).toEqualTypeOf<RequestError | null>()
expectTypeOf(starting.reset).toEqualTypeOf<() => void>()
// @ts-expect-error -- of which type
useStartJob()
// @ts-expect-error -- an input is an object
void starting.start('fast')
// @ts-expect-error -- no such option
void starting.start({}, { key: 'key' })

// The types that are asked for are the types that come.
const { events, ...trust } = useWorkflowEvents('run', { types: ['JOB_STEP', 'JOB_COMPLETED'], limit: 5 })
expectTypeOf(events).toEqualTypeOf<readonly MessageOf<'JOB_STEP' | 'JOB_COMPLETED'>[]>()
expectTypeOf(trust.freshness).toEqualTypeOf(run.freshness)
expectTypeOf(trust.loadError).toEqualTypeOf(run.loadError)
for (const message of events) {
  if (message.type === 'JOB_STEP') expectTypeOf(message.payload.step).toBeString()
  else expectTypeOf(message.payload.durationMs).toBeNumber()
  // @ts-expect-error -- was not asked for
  assertType<boolean>(message.type === 'JOB_FAILED')
}
const one = useWorkflowEvents('run', { types: ['JOB_ARTIFACT'] }).events[0]
expectTypeOf(one?.payload.contentType).toEqualTypeOf<string | undefined>()
expectTypeOf(useWorkflowEvents('run').events[0]?.type).toExtend<`JOB_${string}` | undefined>()
expectTypeOf<{ types: undefined; limit: undefined }>().toExtend<WorkflowEventsOptions<'JOB_STEP'>>()
// @ts-expect-error -- not about a job
useWorkflowEvents('run', { types: ['CUSTOMER_UPDATED'] })
// @ts-expect-error -- no such type
useWorkflowEvents('run', { types: ['JOB_STEPS'] })
// @ts-expect-error -- what a hook gives is not to be changed
events.push(events[0])

const progress = useWorkflowProgress('run')
expectTypeOf(progress.currentStep).toEqualTypeOf<StepView | null>()
expectTypeOf(progress.completedSteps).toBeNumber()
expectTypeOf(progress.totalSteps).toEqualTypeOf<number | null>()
expectTypeOf(progress.state).toEqualTypeOf<JobState | undefined>()
// @ts-expect-error -- its text renders nothing here
assertType<string>(progress.text)

expectTypeOf(useWorkflowArtifacts('run').artifacts).toEqualTypeOf<readonly ArtifactView[]>()
// @ts-expect-error -- its progress renders nothing here
assertType<number>(useWorkflowArtifacts('run').progress)

expectTypeOf(useWebSocketStatus()).toEqualTypeOf<ConnectionSnapshot>()

// The type picks what the handler is given.
useEvent('JOB_QUESTION', ({ type, payload, channel }) => {
  expectTypeOf(type).toEqualTypeOf<'JOB_QUESTION'>()
  expectTypeOf(payload.prompt).toBeString()
  expectTypeOf(channel).toExtend<string>()
  // @ts-expect-error -- belongs to another type
  assertType<unknown>(payload.customerId)
})
useEvent('CUSTOMER_UPDATE_PROGRESS', ({ payload }) => {
  expectTypeOf(payload.customerId).toBeString()
  expectTypeOf(payload.progress).toBeNumber()
})
const eitherType = 'JOB_FAILED' as 'JOB_FAILED' | 'JOB_CANCELLED'
useEvent(eitherType, (message) => {
  if (message.type === 'JOB_FAILED') expectTypeOf(message.payload.retryable).toBeBoolean()
  else expectTypeOf(message.payload.reason).toEqualTypeOf<string | undefined>()
})
// @ts-expect-error -- no such type
useEvent('JOB_DONE', () => {})
// @ts-expect-error -- the handler is for another type
useEvent('JOB_STEP', (_message: MessageOf<'JOB_FAILED'>) => {})

useConnectionEvent('resync', ({ reason }) => {
  expectTypeOf(reason).toEqualTypeOf<'trimmed' | 'aged' | 'lost'>()
})
useConnectionEvent('send-dropped', ({ name }) => expectTypeOf(name).toExtend<string>())
useConnectionEvent('woken', (event) => expectTypeOf(event).toBeUndefined())
// @ts-expect-error -- a message, for `useEvent`
useConnectionEvent('JOB_FAILED', () => {})
