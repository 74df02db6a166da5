import {
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  tuple,
  type Arbitrary,
} from 'fast-check'
import type { ScriptedType } from './fault-rig.ts'
import type { JobScript, StepOptions } from './job-script.ts'

/** Something that is done to the workers, to Redis or to one of the jobs. Workers and jobs are picked modulo how many there are. */
type Fault =
  | { kind: 'kill'; worker: number }
  | { kind: 'stop'; worker: number }
  | { kind: 'freeze'; worker: number; forMs: number }
  | { kind: 'flush' }
  | { kind: 'cut'; connections: 'pubsub' | 'normal' }
  | { kind: 'cancel'; job: number }
  | { kind: 'preempt' }

/** What one run does: jobs that start together, and what befalls them. */
export interface FaultPlan {
  jobs: (Omit<JobScript, 'steps'> & { type: ScriptedType; steps: StepOptions[]; answerAfterMs: number })[]
  faults: (Fault & { atMs: number })[]
}

/** The jobs are over in about this time if nothing is done to them, in milliseconds. */
const SPAN_MS = 1500
/** Longer than a lease: whoever is frozen so long has lost its jobs when it wakes. */
const FREEZE_MS = { min: 1200, max: 2000 }

const step = record({
  pieces: integer({ min: 0, max: 4 }),
  pieceLength: constantFrom(20, 300, 2000),
  pauseMs: constantFrom(0, 10, 60),
  artifact: boolean(),
  failures: oneof({ weight: 9, arbitrary: constant(0) }, { weight: 1, arbitrary: constant(1) }),
})

const job = record({
  type: constantFrom<ScriptedType>('scripted', 'scripted', 'scripted-exclusive'),
  steps: array(step, { minLength: 2, maxLength: 5, size: 'max' }),
  askBefore: mostly(0, 2),
  answerAfterMs: constantFrom(0, 0, 5, 200),
  end: mostly<'completed' | 'failed'>('completed', 'failed'),
})

const worker = nat(1)

const fault: Arbitrary<Fault> = oneof(
  { weight: 3, arbitrary: record({ kind: constant('kill' as const), worker }) },
  { weight: 1, arbitrary: record({ kind: constant('stop' as const), worker }) },
  {
    weight: 3,
    arbitrary: record({ kind: constant('freeze' as const), worker, forMs: integer(FREEZE_MS) }),
  },
  { weight: 2, arbitrary: record({ kind: constant('flush' as const) }) },
  {
    weight: 2,
    arbitrary: record({
      kind: constant('cut' as const),
      connections: constantFrom('pubsub' as const, 'normal' as const),
    }),
  },
  { weight: 3, arbitrary: record({ kind: constant('cancel' as const), job: nat(3) }) },
  { weight: 2, arbitrary: record({ kind: constant('preempt' as const) }) },
)

const timedFault = tuple(fault, integer({ min: 0, max: SPAN_MS })).map(([what, atMs]) => ({ ...what, atMs }))

export const faultPlan: Arbitrary<FaultPlan> = record({
  jobs: array(job, { minLength: 2, maxLength: 4, size: 'max' }),
  faults: array(timedFault, { minLength: 1, maxLength: 4, size: 'max' }),
})

function mostly<T>(usual: T, other: T): Arbitrary<T> {
  return oneof({ weight: 4, arbitrary: constant(usual) }, { weight: 1, arbitrary: constant(other) })
}
