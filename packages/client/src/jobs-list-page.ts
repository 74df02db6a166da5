import type { HeadwayClient } from './headway-client.ts'
import type { JobsFilter } from './jobs-filter.ts'
import type { JobsList } from './jobs-list.ts'

/** Most jobs that the server puts on a page. */
const MAX_PAGE_SIZE = 100

export interface JobsListRange {
  /** Where to begin; at the newest job unless given. */
  cursor?: string | null
  /** So many jobs at least, if there are. */
  count: number
  signal: AbortSignal
}

/** Loads a part of the user's jobs, page by page. Throws a `RequestError`. */
export async function fetchJobsList(
  client: HeadwayClient,
  { state, type }: JobsFilter,
  { cursor = null, count, signal }: JobsListRange,
): Promise<JobsList> {
  const limit = String(Math.min(count, MAX_PAGE_SIZE))
  const wanted = Object.entries({ state, type, limit, cursor: cursor ?? undefined })
  const query = new URLSearchParams(
    wanted.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const page = await client.callApi<JobsList>(`/api/jobs?${query}`, { signal })
  const missing = count - page.jobs.length
  if (page.nextCursor === null || missing <= 0) return page
  const rest = await fetchJobsList(
    client,
    { state, type },
    { cursor: page.nextCursor, count: missing, signal },
  )
  return { ...rest, jobs: [...page.jobs, ...rest.jobs] }
}
