import type { JobView } from '@headway/events'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Callout } from '../shell/callout.tsx'
import { failureAdvice } from './failure-advice.ts'

/** Why a job failed, and what helps. */
export function JobFailure({ job }: { job: JobView }) {
  return (
    <div className="job-failure">
      <Callout
        tone="danger"
        icon={IconAlertTriangle}
        title={job.error ?? 'The job failed without saying why.'}
      >
        <p>{failureAdvice(job.errorCode)}</p>
        {job.errorCode !== null && (
          <p className="hw-muted">
            Code <span className="hw-mono">{job.errorCode}</span>
          </p>
        )}
      </Callout>
    </div>
  )
}
