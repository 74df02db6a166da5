import type { JobView, WebSocketMessage } from '@headway/events'
import type { JobScript } from './job-script.ts'
import type { StepRun } from './step-runs.ts'
import type { Told } from './follower.ts'

/** Everything that can be known of one job after it ended, from whoever was there. */
export interface JobEvidence {
  readonly script: JobScript
  readonly view: JobView
  /** Rows of Postgres. */
  readonly steps: readonly { name: string; status: string; attempt: number; result: unknown }[]
  readonly artifacts: readonly { name: string; content: string }[]
  /** What was committed to the outbox, per channel. */
  readonly committed: {
    readonly user: readonly WebSocketMessage[]
    readonly job: readonly WebSocketMessage[]
  }
  /** What the follower was told, per channel. */
  readonly told: { readonly user: readonly Told[]; readonly job: readonly Told[] }
  /** The job's version when the follower joined its channel. */
  readonly joinedAt: number
  readonly text: string
  /** What a page shows. */
  readonly shown: { readonly state: string | undefined; readonly text: string; readonly freshness: string }
  readonly runs: readonly StepRun[]
  /** Everything that Redis and Postgres hold of the job, for whoever looks for a word in it. */
  readonly dump: string
}

/** What the run of the job allows. */
export interface Allowance {
  /** Redis forgot a text whose writer was gone before it could fill it up again. */
  readonly canTextBeLost: boolean
}
