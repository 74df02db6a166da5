// @vitest-environment happy-dom
import { act, type ReactElement } from 'react'
import { afterEach, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { useJobProgress, useWorkflowProgress } from './index.ts'

/** More than are kept while nobody follows them, as between a render and its effects. */
const jobIds = Array.from({ length: 150 }, (_, n) => `job-${n}`)

let stage: Stage

afterEach(() => stage.close())

function Job({ jobId }: { jobId: string }): ReactElement {
  return <p>{`${useJobProgress(jobId).state} ${useWorkflowProgress(jobId).state}`}</p>
}

it.each([0, 2, 200])(
  'each of many jobs on a page is shown to its end, %i ms after it was mounted and connected (J1)',
  async (ms) => {
    stage = new Stage({ isSignedIn: false })
    for (const jobId of jobIds) {
      stage.server.addJob(jobId)
      stage.run(jobId)
    }
    const page = await stage.show(jobIds.map((jobId) => <Job key={jobId} jobId={jobId} />))
    await stage.settle(ms)
    await act(async () => stage.signIn())
    await stage.settle(ms)
    await act(async () => {
      for (const jobId of jobIds) stage.server.change(jobId, 'completed', 'JOB_COMPLETED')
    })
    await stage.settle(1_000)
    const shown = [...page.querySelectorAll('p')].map(({ textContent }) => textContent)
    expect(shown.filter((words) => words !== 'completed completed')).toEqual([])
    expect(shown).toHaveLength(jobIds.length)
  },
)
