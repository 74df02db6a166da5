import { isTerminalState, type JobView } from '@headway/events'
import { useWebSocketStatus } from '@headway/react'
import { CopyButton, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatAgo, formatClock, formatDuration, formatMoment } from '../lib/format.ts'
import { hasWorkedThrough, tookMs } from '../lib/took-words.ts'
import { useNow } from '../lib/use-now.ts'
import './job-facts.css'

/** The small print of a job: attempt, times and id. */
export function JobFacts({ job }: { job: JobView }) {
  const ms = tookMs(job)
  return (
    <dl className="job-facts hw-number">
      <Fact name="Created">
        <time dateTime={job.createdAt} title={formatMoment(job.createdAt)}>
          {formatClock(job.createdAt)}
        </time>
      </Fact>
      {ms !== null && (
        <Fact name={hasWorkedThrough(job) ? 'Took' : 'Start to end'}>{formatDuration(ms)}</Fact>
      )}
      {job.startedAt !== null && !isTerminalState(job.state) && (
        <Fact name="Started">
          <Started at={job.startedAt} isRunning={job.state === 'running'} />
        </Fact>
      )}
      {job.attempt > 0 && <Fact name="Attempt">{job.attempt}</Fact>}
      <Fact name="Id">
        <JobId jobId={job.jobId} />
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="job-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Ticks by itself, so that the rest of the page need not, and only while the job is known to run. */
function Started({ at, isRunning }: { at: string; isRunning: boolean }) {
  const isConnected = useWebSocketStatus().state === 'connected'
  const isTicking = isRunning && isConnected
  const now = useNow(1_000, isTicking)
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {isTicking ? formatAgo(at, now) : formatClock(at)}
    </time>
  )
}

function JobId({ jobId }: { jobId: string }) {
  // Without a secure context there is no clipboard to copy to.
  if (!window.isSecureContext) return <span className="hw-mono">{jobId}</span>
  return (
    <CopyButton value={jobId}>
      {({ copied, copy }) => (
        <UnstyledButton
          className="job-id hw-mono"
          aria-label={copied ? 'Copied' : 'Copy the id'}
          onClick={copy}
        >
          <span className="hw-truncate">{jobId}</span>
          {copied ? <IconCheck size={13} aria-hidden="true" /> : <IconCopy size={13} aria-hidden="true" />}
        </UnstyledButton>
      )}
    </CopyButton>
  )
}
