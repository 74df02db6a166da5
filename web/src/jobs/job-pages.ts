import type { JobMessage } from '@headway/client'
import type { JobView } from '@headway/events'
import type { InfiniteData } from '@tanstack/react-query'
import type { JobFilter, JobPage } from '../lib/headway-api.ts'
import { withMessage } from '../lib/job-message.ts'

/** The pages of a list as TanStack Query keeps them. */
export type JobPages = InfiniteData<JobPage, string | null>

export function holdsJob(pages: JobPages, jobId: string): boolean {
  return pages.pages.some(({ jobs }) => jobs.some((job) => job.jobId === jobId))
}

/** The list after a message about one of its jobs: a job that the filter no longer wants leaves it. */
export function withJobMessage(pages: JobPages, message: JobMessage, filter: JobFilter): JobPages {
  return mapJobs(pages, (job) => {
    if (job.jobId !== message.payload.jobId) return job
    const changed = withMessage(job, message)
    return matchesFilter(changed, filter) ? changed : undefined
  })
}

/** The list with a job in its newest form: changed in place, else put where its age belongs, if the filter wants it. */
export function withJob(pages: JobPages, job: JobView, filter: JobFilter): JobPages {
  if (holdsJob(pages, job.jobId)) {
    return mapJobs(pages, (listed) => {
      if (listed.jobId !== job.jobId || listed.version > job.version) return listed
      return matchesFilter(job, filter) ? job : undefined
    })
  }
  if (!matchesFilter(job, filter)) return pages
  return insertByAge(pages, job)
}

function matchesFilter(job: JobView, filter: JobFilter): boolean {
  return (
    (filter.state === undefined || filter.state === job.state) &&
    (filter.type === undefined || filter.type === job.operationType)
  )
}

/** Newest first. A job older than all that is loaded comes with "load more", so it is not put in. */
function insertByAge(pages: JobPages, job: JobView): JobPages {
  let isPlaced = false
  const placed = pages.pages.map((page, index) => {
    if (isPlaced) return page
    const isLastPage = index === pages.pages.length - 1
    const at = page.jobs.findIndex((listed) => listed.createdAt <= job.createdAt)
    if (at === -1 && !(isLastPage && page.nextCursor === null)) return page
    isPlaced = true
    const before = at === -1 ? page.jobs : page.jobs.slice(0, at)
    const after = at === -1 ? [] : page.jobs.slice(at)
    return { ...page, jobs: [...before, job, ...after] }
  })
  return isPlaced ? { ...pages, pages: placed } : pages
}

/** Keeps the identity of everything that did not change, so that only changed rows render. */
function mapJobs(pages: JobPages, change: (job: JobView) => JobView | undefined): JobPages {
  let hasChanged = false
  const changedPages = pages.pages.map((page) => {
    const jobs = page.jobs.map(change)
    if (jobs.every((job, index) => job === page.jobs[index])) return page
    hasChanged = true
    return { ...page, jobs: jobs.filter((job) => job !== undefined) }
  })
  return hasChanged ? { ...pages, pages: changedPages } : pages
}
