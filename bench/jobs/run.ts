import { CONTESTANTS, type ContestantName } from './contestants.ts'
import type { Contest, Surroundings } from './contestant.ts'

export interface Load extends Surroundings {
  /** Jobs that are counted. */
  readonly jobs: number
}

/** Not counted: the code warms up. */
const WARM_UP_SHARE = 0.5

/** One run of one contestant; answers the jobs per second. */
export async function run(name: ContestantName, load: Load): Promise<number> {
  const contest = await CONTESTANTS[name].start(load)
  try {
    await runJobs(contest, Math.ceil(load.jobs * WARM_UP_SHARE), load.concurrency)
    const startedAt = performance.now()
    await runJobs(contest, load.jobs, load.concurrency)
    return (load.jobs * 1_000) / (performance.now() - startedAt)
  } finally {
    await contest.stop()
  }
}

/** So many jobs are under way at any time; with each end the next one begins. */
async function runJobs(contest: Contest, jobs: number, concurrency: number): Promise<void> {
  let begun = 0
  const lane = async () => {
    while (begun < jobs) {
      begun += 1
      await contest.runJob()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}
