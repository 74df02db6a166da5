import { emptyJob, reduceJob, type JobMessage } from '@headway/client/jobs'
import type { JobView } from '@headway/events'

/** The job of a list after a message about it: the same object when the message tells nothing new. */
export function withMessage(job: JobView, message: JobMessage): JobView {
  const { job: changed } = reduceJob({ ...emptyJob(job.jobId), job, isLoaded: true }, message)
  const isSame =
    changed.version === job.version &&
    changed.attempt === job.attempt &&
    changed.progressN === job.progressN &&
    changed.artifacts.length === job.artifacts.length
  return isSame ? job : { ...changed, textEnd: job.textEnd }
}
