import type { JobState } from '@headway/events'
import type { MouseEvent, ReactElement } from 'react'
import type { JobProgress } from '../index.ts'
import { keepPlace } from './keep-place.ts'
import type { Look } from './look.ts'
import { useAction, type Action } from './use-action.ts'

interface JobActionsProps {
  job: Pick<JobProgress, 'jobId' | 'state' | 'job' | 'cancel' | 'resume'>
  look: Look
}

const CANCELLABLE: readonly (JobState | undefined)[] = ['created', 'queued', 'running', 'waiting']
const RESUMABLE: readonly (JobState | undefined)[] = ['failed', 'cancelled']

/** The button that the job's state allows: cancel or resume. */
export function JobActions({ job, look: { texts, part } }: JobActionsProps): ReactElement {
  const subject = `${job.jobId} ${job.job?.version}`
  const cancel = useAction(subject, job.cancel)
  const resume = useAction(subject, job.resume)
  const isCancelling = cancel.isPending || job.job?.cancelRequested === true
  const error = cancel.error ?? resume.error
  return (
    <div className={part('actions')}>
      {CANCELLABLE.includes(job.state) && (
        <button type="button" className={part('button')} disabled={isCancelling} onClick={pressed(cancel)}>
          {texts.cancel}
        </button>
      )}
      {RESUMABLE.includes(job.state) && (
        <button
          type="button"
          className={part('button')}
          disabled={resume.isPending}
          onClick={pressed(resume)}
        >
          {texts.resume}
        </button>
      )}
      {error && (
        <p role="alert" className={part('error')}>
          {error.message}
        </p>
      )}
    </div>
  )
}

function pressed({ run }: Action): (event: MouseEvent) => void {
  return ({ currentTarget }) => {
    keepPlace(currentTarget)
    run()
  }
}
