import type { JobView } from '@headway/events'
import { IconChevronRight } from '@tabler/icons-react'
import { memo } from 'react'
import { Link } from 'wouter'
import { formatAgo, formatMoment } from '../lib/format.ts'
import { inputSummary } from '../lib/input-summary.ts'
import type { JsonSchema } from '../lib/json-schema.ts'
import { ProgressBar } from '../lib/progress-bar.tsx'
import { resultWords } from '../lib/result-words.ts'
import { StateBadge } from '../lib/state-badge.tsx'
import { hasWorkedThrough, tookMs, tookWords } from '../lib/took-words.ts'
import './job-row.css'

interface JobRowProps {
  job: JobView
  /** Of its operation's input, where it is known. */
  schema: JsonSchema | undefined
  now: number
}

/** One job of the list; all of it is the link to its page. */
export const JobRow = memo(function JobRow({ job, schema, now }: JobRowProps) {
  return (
    <li>
      <Link href={`/jobs/${job.jobId}`} className="job-row" data-state={job.state} data-job-id={job.jobId}>
        <StateBadge state={job.state} isCancelling={job.cancelRequested} />
        <span className="job-row-what">
          <span className="job-row-type">{job.operationType}</span>
          <span className="job-row-summary hw-truncate">{inputSummary(job.input, schema)}</span>
        </span>
        <span className="job-row-outcome">
          <Outcome job={job} />
        </span>
        <time className="job-row-when hw-number" dateTime={job.createdAt} title={formatMoment(job.createdAt)}>
          {formatAgo(job.createdAt, now)}
        </time>
        <IconChevronRight className="job-row-chevron" size={16} stroke={1.8} aria-hidden="true" />
      </Link>
    </li>
  )
})

function Outcome({ job }: { job: JobView }) {
  switch (job.state) {
    case 'waiting':
      return <span className="hw-truncate">{job.question?.prompt}</span>
    case 'running':
      return (
        <>
          <span className="job-row-progress hw-number">
            <span className="hw-truncate">{job.label}</span>
            <span>{Math.round(job.progress)} %</span>
          </span>
          <ProgressBar value={job.progress} label={`Progress of ${job.operationType}`} size="thin" />
        </>
      )
    case 'failed':
      return <span className="hw-truncate">{job.error}</span>
    case 'completed':
      return <CompletedOutcome job={job} />
    case 'created':
    case 'queued':
    case 'cancelled':
      return null
    default:
      return job.state satisfies never
  }
}

function CompletedOutcome({ job }: { job: JobView }) {
  const outcome = resultWords(job)
  if (outcome === null) return <span className="hw-number">{completedWords(job)}</span>
  return (
    <span className="hw-number hw-truncate" data-tone={outcome.hasRefusals ? 'warning' : undefined}>
      {outcome.words}
    </span>
  )
}

function completedWords(job: JobView): string {
  const ms = tookMs(job)
  return ms === null ? '' : tookWords(ms, hasWorkedThrough(job))
}
