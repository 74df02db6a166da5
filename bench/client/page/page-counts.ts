/** What the page counts of itself, for whoever drives it. */
export interface PageCounts {
  /** From the call in the worker to React's commit, of each progress that was committed. */
  readonly latenciesMs: number[]
  /** Jobs that were rendered and committed: each job counts in each commit. */
  renders: number
  /** Messages that came. */
  readonly received: () => number
  /** Events held of the job that was committed last. */
  events: number
  /** Jobs that are shown as running, live. */
  readonly running: Set<string>
}

declare global {
  var counts: PageCounts
}
