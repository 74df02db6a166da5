import type { JobSnapshot } from '@headway/client/jobs'
import type { ReactElement } from 'react'
import { lookOf, type LookProps } from './look.ts'

export interface JobProgressBarProps extends LookProps {
  /** What `useJobProgress` or `useJobProgressMultiple` gives of a job. */
  job: Pick<JobSnapshot, 'state' | 'progress' | 'label'>
  /** Shows what the job says that it is doing. */
  withLabel?: boolean
}

/**
 * How far a job is, as a progress bar with what the job says that it is doing.
 *
 * @example
 * <JobProgressBar job={useJobProgress(jobId)} />
 */
export function JobProgressBar({ job, withLabel = true, ...look }: JobProgressBarProps): ReactElement {
  const { texts, part, root } = lookOf(look)
  const { state, progress, label } = job
  const percent = Math.round(progress)
  const isKnown = state !== undefined
  return (
    <div className={root('progress')} data-state={state ?? 'loading'}>
      <progress
        className={part('progress-bar')}
        max={100}
        aria-label={texts.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(isKnown && { value: percent, 'aria-valuenow': percent })}
        {...(isKnown && label !== '' && { 'aria-valuetext': `${percent} %, ${label}` })}
      />
      {withLabel && (
        <div className={part('progress-words')}>
          <span className={part('progress-label')}>{label}</span>{' '}
          {isKnown && <span className={part('progress-percent')}>{percent} %</span>}
        </div>
      )}
    </div>
  )
}
