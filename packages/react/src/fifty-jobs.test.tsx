// @vitest-environment happy-dom
import { Profiler, type ReactElement } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { useJobProgress } from './index.ts'

const jobIds = Array.from({ length: 50 }, (_, n) => `0b0e9b3c-6a5e-4f1d-9d5e-${String(n).padStart(12, '0')}`)

let stage: Stage
/** Of the whole page. */
let commits: number
/** Of each job. */
let renders: Map<string, number>

beforeEach(() => {
  stage = new Stage()
  commits = 0
  renders = new Map()
})

afterEach(() => stage.close())

function Job({ jobId }: { jobId: string }): ReactElement {
  const { label } = useJobProgress(jobId)
  renders.set(jobId, (renders.get(jobId) ?? 0) + 1)
  return <p>{label}</p>
}

async function showJobs(): Promise<HTMLElement> {
  for (const jobId of jobIds) {
    stage.createJob(jobId)
    stage.run(jobId)
  }
  const container = await stage.show(
    <Profiler id="jobs" onRender={() => (commits += 1)}>
      {jobIds.map((jobId) => (
        <Job key={jobId} jobId={jobId} />
      ))}
    </Profiler>,
  )
  await stage.settle()
  commits = 0
  renders.clear()
  return container
}

/** Lets frames pass as in a page: within `act`, React would keep all that is to be done for a single commit. */
async function passFrames(): Promise<void> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
  await vi.advanceTimersByTimeAsync(200)
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
}

it('commits once for the 1,000 messages that 50 jobs send between two frames', async () => {
  const container = await showJobs()
  const { received } = stage.client.getStats()
  for (let n = 1; n <= 20; n += 1) for (const jobId of jobIds) stage.server.progress(jobId, n)
  await passFrames()
  expect(stage.client.getStats().received - received).toBe(2_000)
  expect(commits).toBe(1)
  expect(container.textContent).toBe('20 %'.repeat(50))
})

it('renders the jobs that have something new, and no other', async () => {
  await showJobs()
  const [first = '', second = ''] = jobIds
  for (let n = 1; n <= 500; n += 1) {
    stage.server.progress(first, n / 10)
    stage.server.progress(second, n / 10)
  }
  await passFrames()
  expect(commits).toBe(1)
  // StrictMode renders twice what it commits once.
  expect([...renders]).toEqual([
    [first, 2],
    [second, 2],
  ])
})
