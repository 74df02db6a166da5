import { isTerminalState, type JobView } from '@headway/events'
import { CopyButton, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatClock, formatDuration, formatMoment } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import './job-facts.css'

/** The small print of a job: attempt, times and id. */
export function JobFacts({ job }: { job: JobView }) {
  return (
    <dl className="job-facts hw-number">
      <Fact name="Created">
        <time dateTime={job.createdAt} title={formatMoment(job.createdAt)}>
          {formatClock(job.createdAt)}
        </time>
      </Fact>
      {job.startedAt !== null && (
        <Fact name={isTerminalState(job.state) ? 'Took' : 'Runs for'}>
          <Elapsed startedAt={job.startedAt} finishedAt={job.finishedAt} />
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

/** Ticks by itself, so that the rest of the page need not. */
function Elapsed({ startedAt, finishedAt }: { startedAt: string; finishedAt: string | null }) {
  const now = useNow(500, finishedAt === null)
  const end = finishedAt === null ? now : Date.parse(finishedAt)
  return formatDuration(Math.max(0, end - Date.parse(startedAt)))
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
