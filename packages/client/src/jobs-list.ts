import type { JobView } from '@headway/events'
import { lifecyclePatch } from './job-lifecycle.ts'
import type { JobMessage } from './job-message.ts'
import { matchesFilter, type JobsFilter } from './jobs-filter.ts'
import { emptyJob, mergeJob, reduceView } from './reduce-job.ts'

/** The jobs that match a filter, newest first, as far as they have been loaded. */
export interface JobsList {
  readonly jobs: readonly JobView[]
  /** Where the next page begins; null where there is none. */
  readonly nextCursor: string | null
}

/** The list after a message about one of its jobs, which leaves when it no longer matches. */
export function applyToList(list: JobsList, message: JobMessage, filter: JobsFilter): JobsList {
  const { jobs } = list
  const index = indexOf(jobs, message.payload.jobId)
  const held = jobs[index]
  if (!held) return list
  const job = reduceView(held, message, false)
  if (job === held) return list
  return { ...list, jobs: matchesFilter(job, filter) ? jobs.with(index, job) : jobs.toSpliced(index, 1) }
}

/** True when the message says that a job which the list does not hold may belong to it. */
export function mayBelong(list: JobsList, message: JobMessage, filter: JobsFilter): boolean {
  const { jobId, operationType } = message.payload
  if (indexOf(list.jobs, jobId) !== -1) return false
  const state = lifecyclePatch(emptyJob(jobId).job, message)?.state
  return state !== undefined && matchesFilter({ state, operationType }, filter)
}

/** The list with a job as the server has just shown it: joined with what is held of it, else where its age belongs. */
export function putIntoList(list: JobsList, fresh: JobView, filter: JobsFilter): JobsList {
  const { jobs, nextCursor } = list
  const held = jobs[indexOf(jobs, fresh.jobId)]
  const job = held ? mergeShown(held, fresh) : fresh
  if (job === held) return list
  const others = held ? jobs.filter((other) => other !== held) : jobs
  if (!matchesFilter(job, filter)) return { ...list, jobs: others }
  const index = others.findIndex((other) => isBefore(job, other))
  // What is older than everything loaded comes with the next page.
  if (index === -1 && nextCursor !== null) return { ...list, jobs: others }
  return { ...list, jobs: others.toSpliced(index === -1 ? others.length : index, 0, job) }
}

/** A list that was loaded anew, joined with what was held of its jobs. */
export function replaceList(list: JobsList, fresh: JobsList, filter: JobsFilter): JobsList {
  const held = new Map(list.jobs.map((job) => [job.jobId, job]))
  const jobs = fresh.jobs.map((job) => mergeShown(held.get(job.jobId), job))
  return { ...fresh, jobs: jobs.filter((job) => matchesFilter(job, filter)) }
}

/** The list and its next page. A job that is in both was put in meanwhile. */
export function appendPage(list: JobsList, page: JobsList, filter: JobsFilter): JobsList {
  const fresh = page.jobs.filter(({ jobId }) => indexOf(list.jobs, jobId) === -1)
  return replaceList(list, { ...page, jobs: [...list.jobs, ...fresh] }, filter)
}

function indexOf(jobs: readonly JobView[], jobId: string): number {
  return jobs.findIndex((job) => job.jobId === jobId)
}

/** The held object itself where the fresh one says nothing else, so that its row need not be drawn again. */
function mergeShown(held: JobView | undefined, fresh: JobView): JobView {
  if (!held) return fresh
  const merged = mergeJob(held, fresh, false)
  return JSON.stringify(merged) === JSON.stringify(held) ? held : merged
}

/** The order of the server: by time of creation, then by id, both descending. */
function isBefore(job: JobView, other: JobView): boolean {
  return job.createdAt === other.createdAt ? job.jobId > other.jobId : job.createdAt > other.createdAt
}
