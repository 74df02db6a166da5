import type { ConnectionSnapshot } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import type { ArtifactView, JobState } from '@headway/events'
import { assertType, expectTypeOf } from 'vitest'
import {
  ConnectionIndicator,
  ConnectionIndicatorView,
  ENGLISH,
  JobProgressBar,
  StatusBar,
  StatusBarView,
  TaskActivityPanel,
  TaskActivityView,
  type Texts,
} from './components.ts'
import type { JobProgress } from './index.ts'

declare const job: JobProgress
declare const snapshot: JobSnapshot
declare const connection: ConnectionSnapshot
const noop = (): void => {}

// A component needs what it shows, and nothing else.
assertType(<ConnectionIndicator />)
assertType(<ConnectionIndicatorView connection={connection} onRetry={noop} />)
assertType(<StatusBar />)
assertType(<StatusBar currentJobId={undefined} className={undefined} texts={undefined} />)
assertType(<StatusBarView connection={connection} onRetry={noop} job={snapshot} />)
assertType(<JobProgressBar job={{ state: undefined, progress: 0, label: '' }} withLabel={false} />)
assertType(<TaskActivityPanel jobId="job" unstyled className="mine" />)
assertType(<TaskActivityView job={job} />)
// @ts-expect-error -- which job
assertType(<TaskActivityPanel />)
// @ts-expect-error -- the view takes the value and not the id
assertType(<TaskActivityView jobId="job" />)
// @ts-expect-error -- a snapshot can't be cancelled
assertType(<TaskActivityView job={snapshot} />)
// @ts-expect-error -- a button that does nothing
assertType(<ConnectionIndicatorView connection={connection} />)
// @ts-expect-error -- the connection is missing
assertType(<StatusBarView onRetry={noop} />)
// @ts-expect-error -- the bar takes the value and not the id
assertType(<JobProgressBar jobId="job" />)
// @ts-expect-error -- no such state
assertType(<JobProgressBar job={{ state: 'done', progress: 0, label: '' }} />)
// @ts-expect-error -- the current job has another name
assertType(<StatusBar jobId="job" />)

// What an application draws is handed what it needs.
assertType(
  <TaskActivityPanel
    jobId="job"
    artifactHref={(artifact) => {
      expectTypeOf(artifact).toEqualTypeOf<ArtifactView>()
      return `/files/${artifact.artifactId}`
    }}
    renderQuestion={({ question, answer, isAnswering }) => {
      expectTypeOf(question.prompt).toBeString()
      expectTypeOf(isAnswering).toBeBoolean()
      expectTypeOf(answer(1)).resolves.toBeVoid()
      return question.name
    }}
  />,
)
// @ts-expect-error -- an address is a string
assertType(<TaskActivityPanel jobId="job" artifactHref={({ size }) => size} />)

// Any of the words can be replaced, and only words that there are; a set of states is whole.
expectTypeOf(ENGLISH).toEqualTypeOf<Texts>()
expectTypeOf<keyof Texts['states']>().toEqualTypeOf<JobState>()
assertType(<StatusBar texts={{ retry: 'Erneut versuchen', bytes: (size) => `${size} Bytes` }} />)
assertType(<StatusBar texts={{ ...ENGLISH, states: { ...ENGLISH.states, queued: 'Wartet' } }} />)
// @ts-expect-error -- no such word
assertType(<StatusBar texts={{ again: 'Erneut versuchen' }} />)
// @ts-expect-error -- the other states would have no words
assertType(<StatusBar texts={{ states: { queued: 'Wartet' } }} />)
// @ts-expect-error -- words for a size are made from it
assertType(<StatusBar texts={{ bytes: 'Bytes' }} />)
// @ts-expect-error -- a translation of all words misses most of them
assertType<Texts>({ loading: 'Lädt' })
