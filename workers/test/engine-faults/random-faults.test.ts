import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { faultPlan } from './support/fault-plan.ts'
import { FaultRig } from './support/fault-rig.ts'
import { runPlan } from './support/run-plan.ts'

/**
 * HEADWAY_RUNS=200 for the full set, with a seed of the time; HEADWAY_SEED and HEADWAY_PATH, as a failure prints them, for that
 * run alone. Without them a short set that is always the same.
 */
const { HEADWAY_RUNS, HEADWAY_SEED, HEADWAY_PATH } = process.env
const SHORT_RUNS = 12
const SHORT_SEED = 7
const RUN_MS = 150_000

const numRuns = Number(HEADWAY_RUNS ?? SHORT_RUNS)
const seed = Number(HEADWAY_SEED ?? (HEADWAY_RUNS === undefined ? SHORT_SEED : Date.now() % 2 ** 31))
const path = HEADWAY_PATH === undefined ? {} : { path: HEADWAY_PATH }

let rig: FaultRig
beforeAll(async () => {
  rig = await FaultRig.open({ name: 'random-faults', workers: 2 })
})
afterAll(() => rig.close())

it(
  `J1-J36: jobs keep every promise under random faults (${numRuns} runs, seed ${seed})`,
  { timeout: numRuns * RUN_MS },
  async () => {
    const property = asyncProperty(faultPlan, async (plan) => {
      const problems = await runPlan(rig, plan)
      if (problems.length > 0) throw new Error(problems.join('\n'))
    })
    // The same plan meets other moments each time, so there is nothing to shrink.
    await assert(property, {
      seed,
      numRuns,
      ...path,
      endOnFailure: true,
      includeErrorInReport: true,
      timeout: RUN_MS,
    })
  },
)
