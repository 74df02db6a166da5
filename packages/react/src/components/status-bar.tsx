import type { ConnectionSnapshot } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import type { ReactElement } from 'react'
import { useJobProgress, useRealtimeClient, useWebSocketStatus } from '../index.ts'
import { Announcement } from './announcement.tsx'
import { ConnectionIndicatorView } from './connection-indicator.tsx'
import { JobProgressBar } from './job-progress-bar.tsx'
import { lookOf, type LookProps } from './look.ts'
import { stateWords } from './state-words.ts'
import type { Texts } from './texts.ts'

export interface StatusBarProps extends LookProps {
  /** The job that the user works on; none is shown without it. */
  currentJobId?: string | undefined
}

export interface StatusBarViewProps extends LookProps {
  connection: ConnectionSnapshot
  job?: JobSnapshot | undefined
  /** What the button does that connects at once. */
  onRetry: () => void
}

/** The connection and the current job in one line, for the edge of a page. */
export function StatusBar({ currentJobId, ...look }: StatusBarProps): ReactElement {
  const client = useRealtimeClient()
  const view = { ...look, connection: useWebSocketStatus(), onRetry: () => client.connect() }
  return currentJobId === undefined ? (
    <StatusBarView {...view} />
  ) : (
    <StatusBarOfJob {...view} jobId={currentJobId} />
  )
}

function StatusBarOfJob({ jobId, ...view }: StatusBarViewProps & { jobId: string }): ReactElement {
  return <StatusBarView {...view} job={useJobProgress(jobId)} />
}

/** {@link StatusBar} for what is handed in. */
export function StatusBarView({ connection, job, onRetry, ...look }: StatusBarViewProps): ReactElement {
  const { texts, part, root } = lookOf(look)
  const { className: _outer, ...inner } = look
  return (
    <section className={root('status-bar')} aria-label={texts.statusBar}>
      <ConnectionIndicatorView {...inner} connection={connection} onRetry={onRetry} />
      {job && (
        <div className={part('status-bar-job')}>
          <span className={part('status-bar-name')}>{job.job?.operationType}</span>{' '}
          <span className={part('badge')} data-state={job.state ?? (job.loadError ? 'unknown' : 'loading')}>
            {stateWords(job, texts)}
          </span>
          {!(job.loadError && job.state === undefined) && <JobProgressBar {...inner} job={job} />}
          <Announcement text={announced(job, texts)} />
        </div>
      )}
    </section>
  )
}

/** What is read out: the state of a job that is known, or why it is not. */
function announced(job: JobSnapshot, texts: Texts): string {
  if (job.job) return `${job.job.operationType}: ${stateWords(job, texts)}`
  return job.loadError ? stateWords(job, texts) : ''
}
