// @vitest-environment happy-dom
import { Suspense, type ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, expectTypeOf, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import {
  RealtimeProvider,
  useWorkflowArtifacts,
  useWorkflowEvents,
  useWorkflowProgress,
  type WorkflowArtifacts,
  type WorkflowEvents,
  type WorkflowProgress,
} from './index.ts'

let stage: Stage
let progress: WorkflowProgress[]
let artifacts: WorkflowArtifacts[]
let events: WorkflowEvents<'JOB_STEP' | 'JOB_COMPLETED'>[]

beforeEach(() => {
  stage = new Stage()
  stage.server.addJob('run')
  progress = []
  artifacts = []
  events = []
})

afterEach(() => stage.close())

function Progress({ id = 'run' }: { id?: string }): ReactElement {
  const run = useWorkflowProgress(id)
  progress.push(run)
  return <p>{run.isLoading ? 'loading' : `${run.state} ${run.currentStep?.name ?? '-'}`}</p>
}

function Artifacts(): null {
  artifacts.push(useWorkflowArtifacts('run'))
  return null
}

function Events({ limit }: { limit?: number }): null {
  const run = useWorkflowEvents('run', { types: ['JOB_STEP', 'JOB_COMPLETED'], limit })
  expectTypeOf(run.events[0]?.type).toEqualTypeOf<'JOB_STEP' | 'JOB_COMPLETED' | undefined>()
  events.push(run)
  return null
}

function step(index: number, status: string): void {
  stage.publish('run', 'JOB_STEP', { step: `step-${index}`, index, total: 3, status }, false)
}

it('show a run step by step to its end', async () => {
  const page = await stage.show(<Progress />)
  expect(page.textContent).toBe('loading')
  await stage.settle()
  stage.run('run')
  step(0, 'started')
  await stage.settle()
  expect(page.textContent).toBe('running step-0')
  step(0, 'completed')
  step(1, 'started')
  await stage.settle()
  expect(progress.at(-1)).toMatchObject({
    completedSteps: 1,
    totalSteps: 3,
    freshness: 'live',
    loadError: null,
  })
  stage.server.change('run', 'completed', 'JOB_COMPLETED')
  await stage.settle()
  expect(page.textContent).toBe('completed -')
  expect(progress.at(-1)?.progress).toBe(100)
})

it('render nothing for what is not theirs', async () => {
  await stage.show(
    <>
      <Artifacts />
      <Events />
    </>,
  )
  await stage.settle()
  stage.run('run')
  await stage.settle()
  artifacts = []
  events = []
  for (let n = 1; n <= 100; n++) stage.server.progress('run', n)
  stage.server.write('run', 'some text')
  await stage.settle()
  expect(artifacts).toHaveLength(0)
  expect(events).toHaveLength(0)
  const file = { artifactId: '1', name: 'a.pdf', contentType: 'application/pdf', size: 3 }
  stage.publish('run', 'JOB_ARTIFACT', file)
  await stage.settle()
  expect(artifacts.at(-1)?.artifacts).toEqual([file])
  expect(events).toHaveLength(0)
})

it('give the newest messages of the wanted types, newest last', async () => {
  await stage.show(<Events />)
  await stage.settle()
  stage.run('run')
  for (const index of [0, 1, 2]) step(index, 'completed')
  stage.server.change('run', 'completed', 'JOB_COMPLETED')
  await stage.settle()
  const types = (): string[] => (events.at(-1)?.events ?? []).map(({ type }) => type)
  expect(types()).toEqual(['JOB_STEP', 'JOB_STEP', 'JOB_STEP', 'JOB_COMPLETED'])
  const before = events.at(-1)
  await stage.show(<Events />)
  expect(events.at(-1)).toBe(before)
  await stage.show(<Events limit={2} />)
  expect(types()).toEqual(['JOB_STEP', 'JOB_COMPLETED'])
  await stage.show(<Events limit={0} />)
  expect(types()).toEqual([])
})

it('tell why a run could not be had', async () => {
  await stage.show(<Progress id="missing" />)
  await stage.settle()
  expect(progress.at(-1)).toMatchObject({
    isLoading: false,
    loadError: { code: 'not_found' },
    state: undefined,
  })
})

it('go on after their component was suspended', async () => {
  const { promise, resolve: resume } = Promise.withResolvers<void>()
  let isReady = false
  function Suspended(): ReactElement {
    const { state } = useWorkflowProgress('run')
    // What every React understands; `use` came with 19.
    if (!isReady) throw promise
    return <p>{`${state} at last`}</p>
  }
  const page = await stage.show(
    <Suspense fallback="waiting">
      <Suspended />
    </Suspense>,
  )
  await stage.settle()
  expect(page.textContent).toBe('waiting')
  stage.run('run')
  isReady = true
  resume()
  await stage.settle()
  await stage.settle()
  expect(page.textContent).toBe('running at last')
})

it('render on a server as before anything is known', () => {
  const html = renderToString(
    <RealtimeProvider client={stage.client}>
      <Progress />
      <Artifacts />
      <Events />
    </RealtimeProvider>,
  )
  expect(html).toBe('<p>loading</p>')
})
