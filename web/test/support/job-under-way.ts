import type { JobView } from '@headway/events'
import { onTestFinished } from 'vitest'
import { JobPage } from './job-page.ts'
import { JobWitness } from './job-witness.ts'
import type { Stage } from './stage.ts'

interface JobUnderWay {
  jobId: string
  tab: JobPage
  witness: JobWitness
  ended: () => Promise<JobView>
}

/** A job that writes text in each of its steps, and the page of it in a tab, while it is under way; `url` is where the tab finds it. */
export async function jobUnderWay(stage: Stage, steps: number, url = stage.url): Promise<JobUnderWay> {
  const { user } = stage
  const jobId = await user.start('rehearse', { steps, stepMs: 100, chunkBytes: 3_000, ask: 1 })
  const witness = new JobWitness(stage.url, user.userId, jobId)
  onTestFinished(() => witness.close())
  const tab = new JobPage(await stage.take())
  await tab.open(url, user.userId, jobId)
  await tab.waitForState('waiting')
  await witness.answer()
  await tab.waitForSteps(2)
  await tab.forget()
  const ended = () => user.waitForJob(jobId, ({ state }) => state === 'completed')
  return { jobId, tab, witness, ended }
}
