import type { HeadwayClient } from './headway-client.ts'
import type { JobsFilter } from './jobs-filter.ts'
import type { JobsList } from './jobs-list.ts'

/** Most jobs that the server puts on a page. */
const MAX_PAGE_SIZE = 100

export interface JobsListRange {
  /** Where to begin; at the newest job unless given. */
  cursor?: string
  /** So many jobs at least, if there are. */
  count: number
  /** Ends the loading before the next page; the answer to come is its caller's to ignore. */
  signal: AbortSignal
}

/** Loads a part of the user's jobs, page by page. Throws a `RequestError`. */
export async function fetchJobsList(
  client: HeadwayClient,
  filter: JobsFilter,
  { cursor, count, signal }: JobsListRange,
): Promise<JobsList> {
  const { state, type } = filter
  const query = new URLSearchParams({
    ...(state && { state }),
    ...(type && { type }),
    limit: String(Math.min(count, MAX_PAGE_SIZE)),
    ...(cursor && { cursor }),
  })
  const page = await client.callApi<JobsList>(`/api/jobs?${query}`)
  const missing = count - page.jobs.length
  if (page.nextCursor === null || missing <= 0 || signal.aborted) return page
  const rest = await fetchJobsList(client, filter, { cursor: page.nextCursor, count: missing, signal })
  return { ...rest, jobs: [...page.jobs, ...rest.jobs] }
}
