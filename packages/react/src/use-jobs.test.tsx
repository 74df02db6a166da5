// @vitest-environment happy-dom
import type { JobsFilter } from '@headway/client/jobs'
import { act, memo, type ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import type { JobView } from '@headway/events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { RealtimeProvider, useJobs, type Jobs } from './index.ts'

let stage: Stage
let shown: Jobs[]
let rowsRendered: string[]

beforeEach(() => {
  stage = new Stage()
  shown = []
  rowsRendered = []
})

afterEach(() => stage.close())

const Row = memo(({ job }: { job: JobView }): ReactElement => {
  rowsRendered.push(job.jobId)
  return <li>{`${job.jobId} ${job.state} ${job.progress} `}</li>
})

function List({ filter }: { filter?: JobsFilter }): ReactElement {
  const list = useJobs(filter)
  shown.push(list)
  if (list.isLoading) return <p>loading</p>
  if (list.error && list.jobs.length === 0) return <p>{list.error.code}</p>
  return (
    <ul>
      {list.jobs.map((job) => (
        <Row key={job.jobId} job={job} />
      ))}
    </ul>
  )
}

function newest(): Jobs {
  return shown.at(-1) as Jobs
}

describe('useJobs', () => {
  it('shows loading, then the jobs, and each new one at the top', async () => {
    stage.server.addJob('a')
    const page = await stage.show(<List />)
    expect(page.textContent).toBe('loading')
    await stage.settle()
    expect(page.textContent).toBe('a created 0 ')
    expect(newest()).toMatchObject({ freshness: 'live', hasMore: false, error: null })
    stage.createJob('b')
    await stage.settle()
    stage.run('b')
    stage.server.progress('b', 30)
    await stage.settle()
    expect(page.textContent).toBe('b running 30 a created 0 ')
  })

  it('takes rows out that no longer match', async () => {
    stage.server.addJob('a')
    stage.run('a')
    const page = await stage.show(<List filter={{ state: 'running' }} />)
    await stage.settle()
    expect(page.textContent).toBe('a running 0 ')
    stage.server.change('a', 'completed', 'JOB_COMPLETED')
    await stage.settle()
    expect(page.textContent).toBe('')
  })

  it('loads more on demand, and another filter at once', async () => {
    for (const jobId of ['a', 'b', 'c']) stage.server.addJob(jobId)
    const page = await stage.show(<List filter={{ limit: 2 }} />)
    await stage.settle()
    expect(newest().hasMore).toBe(true)
    stage.rest.latencyMs = 50
    await act(async () => void newest().loadMore())
    await stage.settle(20)
    expect(newest().isLoadingMore).toBe(true)
    await stage.settle()
    expect(newest()).toMatchObject({ hasMore: false, isLoadingMore: false })
    expect(page.textContent).toBe('c created 0 b created 0 a created 0 ')
    await stage.show(<List filter={{ state: 'failed' }} />)
    expect(page.textContent).toBe('loading')
    await stage.settle()
    expect(page.textContent).toBe('')
  })

  it('renders once for a replay of 1,000 messages, and only the row that changed', async () => {
    for (const jobId of ['a', 'b']) stage.server.addJob(jobId)
    await stage.show(<List />)
    await stage.settle()
    stage.run('a')
    await stage.settle()
    shown = []
    rowsRendered = []
    for (let n = 1; n <= 1_000; n++) stage.server.progress('a', n / 10)
    await stage.settle()
    // StrictMode renders twice what it commits once.
    expect(shown).toHaveLength(2)
    expect(new Set(rowsRendered)).toEqual(new Set(['a']))
  })

  it('keeps its object and its functions while nothing changes, however the filter is written', async () => {
    await stage.show(<List filter={{ state: 'running' }} />)
    await stage.settle()
    const before = newest()
    const renders = shown.length
    await stage.show(<List filter={{ state: 'running' }} />)
    expect(shown.length).toBeGreaterThan(renders)
    expect(newest()).toBe(before)
    expect(stage.rest.calls.filter((call) => call.startsWith('GET'))).toHaveLength(2)
  })

  it('tells what went wrong, and is mended by refresh', async () => {
    stage.server.addJob('a')
    stage.rest.failures = [503, 503]
    const page = await stage.show(<List />)
    await stage.settle()
    expect(page.textContent).toBe('unavailable')
    await act(async () => void newest().refresh())
    await stage.settle()
    expect(page.textContent).toBe('a created 0 ')
  })

  it('renders on a server as before anything is known', () => {
    const html = renderToString(
      <RealtimeProvider client={stage.client}>
        <List />
      </RealtimeProvider>,
    )
    expect(html).toBe('<p>loading</p>')
    expect(stage.rest.calls).toEqual([])
  })
})

describe('an ended job (L1)', () => {
  const ACTS = ['connect', 'mount', 'end'] as const
  const ORDERS = ACTS.flatMap((first) =>
    ACTS.filter((act) => act !== first).map((second) => [
      first,
      second,
      ACTS.find((act) => act !== first && act !== second) as (typeof ACTS)[number],
    ]),
  )
  const MOMENTS = [0, 1, 2, 5, 200]
  const LATENCIES = [1, 4, 50]

  it.each(
    ORDERS.flatMap((order) =>
      MOMENTS.flatMap((ms) =>
        LATENCIES.map((latencyMs) => [order.join(', '), ms, latencyMs, order] as const),
      ),
    ),
  )('is never listed as running once it was not: %s, %i ms apart, answers after %i ms', async (...given) => {
    const [, ms, latencyMs, order] = given
    await stage.close()
    stage = new Stage({ isSignedIn: false })
    stage.rest.latencyMs = latencyMs
    stage.server.addJob('a')
    stage.run('a')
    let hasHeard = false
    stage.client.on('JOB_COMPLETED', () => (hasHeard = true))
    const heardWhenShown: [boolean, string | undefined][] = []
    function Watch(): null {
      const { jobs } = useJobs()
      heardWhenShown.push([hasHeard, jobs[0]?.state])
      return null
    }
    const acts = {
      connect: () =>
        act(async () => {
          stage.client.connect()
          stage.signIn()
        }),
      mount: () => stage.show(<Watch />),
      end: () => act(async () => stage.server.change('a', 'completed', 'JOB_COMPLETED')),
    }
    for (const name of order) {
      await acts[name]()
      await stage.settle(ms)
    }
    await stage.settle()
    await stage.settle()
    const states = heardWhenShown.map(([, state]) => state)
    expect(states.at(-1)).toBe('completed')
    expect(states.slice(states.indexOf('completed'))).not.toContain('running')
    expect(heardWhenShown).not.toContainEqual([true, 'running'])
  })
})
