import type { JobView } from '@headway/events'
import type { HeadwayClient } from './headway-client.ts'
import type { JobsFilter } from './jobs-filter.ts'

/** A part of the user's jobs, newest first. */
export interface JobsPage {
  readonly jobs: readonly JobView[]
  /** Where the next page begins; null where there is none. */
  readonly nextCursor: string | null
}

/** Most jobs that the server puts on a page. */
const MAX_PAGE_SIZE = 100

/** Loads so many jobs at least, if there are, from the cursor or the newest one on. Throws a `RequestError`. */
export async function fetchJobs(
  client: HeadwayClient,
  filter: JobsFilter,
  count: number,
  cursor: string | null | undefined,
): Promise<JobsPage> {
  const jobs: JobView[] = []
  let nextCursor = cursor
  do {
    const limit = String(Math.min(count - jobs.length, MAX_PAGE_SIZE))
    // Made from JSON, the filter has nothing that is undefined.
    const query = { ...(filter as object), limit, ...(nextCursor && { cursor: nextCursor }) }
    const page = await client.callApi<JobsPage>(`/api/jobs?${new URLSearchParams(query)}`)
    jobs.push(...page.jobs)
    nextCursor = page.nextCursor
  } while (nextCursor && jobs.length < count)
  return { jobs, nextCursor }
}
