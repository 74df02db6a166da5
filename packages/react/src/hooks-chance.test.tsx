// @vitest-environment happy-dom
import { isTerminalEvent, type JobState } from '@headway/events'
import { act, startTransition, Suspense, useEffect, useState, type ReactElement } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import { pick, seededRandom } from '../../client/test/seeded-random.ts'
import { Stage } from '../test/stage.tsx'
import {
  useJobProgress,
  useJobProgressMultiple,
  useJobs,
  useStartJob,
  useWorkflowArtifacts,
  useWorkflowEvents,
  useWorkflowProgress,
  type JobProgress,
} from './index.ts'

const IDS = ['a', 'b', 'c']
/** What a page shows. */
interface View {
  /** Another one is mounted anew; nothing for null. */
  key: string | null
  jobId: string | undefined
  /** Jobs in the list of several. */
  ids: readonly string[]
  filter: JobState | undefined
  /** Never comes to an end of rendering, as a page whose data does not come. */
  isSuspended: boolean
}

const NOTHING: View = { key: null, jobId: undefined, ids: [], filter: undefined, isSuspended: false }
const NEVER = new Promise<never>(() => {})

let stage: Stage
/** Jobs whose end the client has heard of. */
let ended: Set<string>
/** What was rendered against the promise, thrown away or not. */
let faults: string[]
let setView: (view: View) => void
let newest: JobProgress | undefined
let startOne: () => Promise<unknown>
let complaints: MockInstance

beforeEach(() => {
  // React says there what an application does wrong, or what a hook makes it do wrong.
  complaints = vi.spyOn(console, 'error')
  stage = new Stage()
  ended = new Set()
  faults = []
  newest = undefined
  stage.client.onEach((message) => {
    if (isTerminalEvent(message)) ended.add(message.payload.jobId)
  })
})

afterEach(async () => {
  await stage.close()
  complaints.mockRestore()
})

/** Notes it when a job is shown in an older state than its end; the words of the rest. */
function told(by: string, jobId: string, state: JobState | undefined): string {
  if (ended.has(jobId) && state !== undefined && state !== 'completed') faults.push(`${by} ${jobId} ${state}`)
  return `${jobId} ${state ?? '?'} `
}

function Job({ jobId }: { jobId: string }): ReactElement {
  const job = useJobProgress(jobId)
  const run = useWorkflowProgress(jobId)
  const { events } = useWorkflowEvents(jobId, { types: ['JOB_COMPLETED'] })
  useWorkflowArtifacts(jobId)
  useEffect(() => void (newest = job))
  if (job.state !== run.state) faults.push(`${jobId} is ${job.state} and ${run.state}`)
  if (job.state === 'running' && events.length > 0) faults.push(`${jobId} goes on after its end`)
  return (
    <p>{`${told('useJobProgress', jobId, job.state)}${told('useWorkflowProgress', jobId, run.state)}`}</p>
  )
}

function Several({ ids }: { ids: readonly string[] }): ReactElement {
  return (
    <p>{useJobProgressMultiple(ids).map((job) => told('useJobProgressMultiple', job.jobId, job.state))}</p>
  )
}

function List({ filter }: { filter: JobState | undefined }): ReactElement {
  const { jobs } = useJobs({ state: filter })
  return <p>{jobs.map((job) => told('useJobs', job.jobId, job.state))}</p>
}

function Starter(): null {
  const { start } = useStartJob('rehearse')
  useEffect(() => void (startOne = start))
  return null
}

function Pause({ isSuspended }: { isSuspended: boolean }): null {
  if (isSuspended) throw NEVER
  return null
}

function Shown({ jobId, ids, filter, isSuspended }: View): ReactElement {
  return (
    <Suspense fallback="waiting">
      {jobId !== undefined && <Job jobId={jobId} />}
      <Several ids={ids} />
      <List filter={filter} />
      {jobId !== undefined && <Starter />}
      <Pause isSuspended={isSuspended} />
    </Suspense>
  )
}

function Page(): ReactElement | null {
  const [view, setShown] = useState(NOTHING)
  useEffect(() => void (setView = setShown), [])
  return view.key === null ? null : <Shown {...view} key={view.key} />
}

describe('whatever a page does (J1, L1)', () => {
  const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1)

  it.each(SEEDS)('no hook shows an older state than the end, seed %i', async (seed) => {
    const random = seededRandom(seed)
    const { client, server } = stage
    for (const jobId of IDS) server.addJob(jobId)
    const page = await stage.show(<Page />)
    const anyView = (): View => ({
      key: pick(random, ['page', 'page', 'page', 'other', null]),
      jobId: pick(random, [undefined, ...IDS]),
      ids: IDS.filter(() => random() < 0.5),
      filter: pick(random, [undefined, 'running', 'completed'] as const),
      isSuspended: random() < 0.25,
    })
    const change = (): void => {
      const jobId = pick(random, IDS)
      const state = server.jobs.get(jobId)?.view.state
      if (state === 'created') server.change(jobId, 'queued', 'JOB_QUEUED')
      else if (state === 'queued') server.change(jobId, 'running', 'JOB_STARTED')
      else if (state === 'running') server.change(jobId, 'completed', 'JOB_COMPLETED')
    }
    const actions: (() => unknown)[] = [
      () => setView(anyView()),
      // The newest of two that come at once is shown, and a render in the background is thrown away for it.
      () => startTransition(() => setView(anyView())),
      () => {
        startTransition(() => setView({ ...anyView(), isSuspended: true }))
        setView(anyView())
      },
      change,
      change,
      change,
      () => server.progress(pick(random, IDS), random() * 99),
      () => server.drop(),
      () => client.disconnect(),
      () => client.connect(),
      () => void newest?.cancel().catch(() => {}),
      () => void newest?.resume().catch(() => {}),
      () => void newest?.answer('red').catch(() => {}),
      () => void startOne?.().catch(() => {}),
      () => (stage.rest.latencyMs = pick(random, [1, 4, 50])),
      () => (server.isAnswering = random() < 0.8),
    ]
    for (let step = 0; step < 80; step++) {
      await act(async () => void pick(random, actions)())
      await stage.settle(pick(random, [0, 0, 1, 2, 30, 1_500]))
      expect(faults, `step ${step}`).toEqual([])
    }

    // All that is on its way has come, and everything is shown as it is.
    server.isAnswering = true
    await act(async () => {
      setView({ ...NOTHING, key: 'page', jobId: 'a', ids: IDS })
      client.connect()
    })
    await stage.settle(60_000)
    const [job, several] = [...page.querySelectorAll('p')].map(({ textContent }) => textContent)
    const truth = (jobId: string): string => `${jobId} ${server.jobs.get(jobId)?.view.state} `
    expect(several).toBe(IDS.map(truth).join(''))
    expect(job).toBe(truth('a').repeat(2))

    // Nothing is left of what was unmounted, or never mounted.
    await stage.show(null)
    await stage.settle(5_000)
    const left = server.requests.length
    await act(async () => server.drop())
    await stage.settle(60_000)
    expect(server.requests.slice(left).filter(({ name }) => name === 'subscribe:job')).toEqual([])
    expect(server.handshakes.at(-1)?.cursors).not.toHaveProperty('job:a')
    expect(faults).toEqual([])
    expect(complaints).not.toHaveBeenCalled()
  })
})
