import type { HeadwayClient } from './headway-client.ts'
import type { JobsFilter } from './jobs-filter.ts'
import type { JobsList } from './jobs-list.ts'

/** Most jobs that the server puts on a page. */
const MAX_PAGE_SIZE = 100

/** How long a page may take, in milliseconds: a network may vanish without a word. */
const PAGE_TIMEOUT_MS = 30_000

export interface JobsListRange {
  /** Where to begin; at the newest job unless given. */
  cursor?: string
  /** So many jobs at least, if there are. */
  count: number
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
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(PAGE_TIMEOUT_MS)])
  const page = await client.callApi<JobsList>(`/api/jobs?${query}`, { signal: inTime })
  const missing = count - page.jobs.length
  if (page.nextCursor === null || missing <= 0) return page
  const rest = await fetchJobsList(client, filter, { cursor: page.nextCursor, count: missing, signal })
  return { ...rest, jobs: [...page.jobs, ...rest.jobs] }
}
