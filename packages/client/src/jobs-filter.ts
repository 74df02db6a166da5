import type { JobState, JobView } from '@headway/events'

/** Which jobs a list holds; all of the user's unless it says less. */
export interface JobsFilter {
  readonly state?: JobState | undefined
  /** The operation type. */
  readonly type?: string | undefined
  /**
   * Jobs to a page, at most 100.
   *
   * @default 50
   */
  readonly limit?: number | undefined
}

export function matchesFilter(
  { state, operationType }: Pick<JobView, 'state' | 'operationType'>,
  filter: JobsFilter,
): boolean {
  return (filter.state ?? state) === state && (filter.type ?? operationType) === operationType
}
