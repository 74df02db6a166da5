import type { QueueWait } from '@headway/client/jobs'
import { Anchor, Title } from '@mantine/core'
import type { JobView } from '@headway/events'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link } from 'wouter'
import { inputSummary } from '../lib/input-summary.ts'
import { ProgressBar } from '../lib/progress-bar.tsx'
import { resultWords } from '../lib/result-words.ts'
import { StateBadge } from '../lib/state-badge.tsx'
import { useInputSchemas } from '../lib/use-input-schemas.ts'
import { useNow } from '../lib/use-now.ts'
import { JobActions } from './job-actions.tsx'
import { JobFacts } from './job-facts.tsx'
import { queueWords } from './queue-words.ts'
import { useJobChanges } from './use-job-changes.ts'
import type { JobContent } from './use-shown-job.ts'
import './job-head.css'

/** What a job is and how it stands, with what can be done about it. */
export function JobHead({ job, queueWait }: Pick<JobContent, 'job' | 'queueWait'>) {
  const changes = useJobChanges(job)
  const outcome = job.state === 'completed' ? resultWords(job) : null
  const summary = inputSummary(job.input, useInputSchemas().get(job.operationType))
  return (
    <section className="job-head hw-panel" aria-label="Job">
      <Anchor component={Link} href="/" size="sm" className="job-back">
        <IconArrowLeft size={15} aria-hidden="true" /> Jobs
      </Anchor>
      <div className="job-head-line">
        <div className="job-head-names">
          <Title order={1} size="h3" tabIndex={-1}>
            {job.operationType}
          </Title>
          {summary !== '' && <p className="job-head-summary">{summary}</p>}
        </div>
        <JobActions job={job} changes={changes} />
      </div>
      <div className="job-progress">
        <div className="job-progress-words">
          <StateBadge state={job.state} isCancelling={changes.isCancelling} />
          <span
            className="job-progress-label"
            data-testid="progress-label"
            data-tone={outcome?.hasRefusals === true ? 'warning' : undefined}
          >
            {isQueued(job) ? <QueueLabel wait={queueWait} /> : (outcome?.words ?? labelOf(job))}
          </span>
          {showsPercent(job) && (
            <span className="job-percent hw-number" data-testid="progress-percent">
              {Math.round(job.progress)} %
            </span>
          )}
        </div>
        <ProgressBar value={job.progress} label="Progress" tone={toneOf(job)} />
      </div>
      <JobFacts job={job} />
    </section>
  )
}

/** Ticks by itself, so that the rest of the page need not. */
function QueueLabel({ wait }: { wait: QueueWait | null }) {
  const now = useNow(1_000, wait?.notBefore !== undefined)
  return queueWords(wait, now)
}

function isQueued({ state }: JobView): boolean {
  return state === 'created' || state === 'queued'
}

function labelOf({ state, label }: JobView): string {
  return state === 'running' || state === 'waiting' ? label : ''
}

function showsPercent({ state, progress }: JobView): boolean {
  return state === 'running' || state === 'waiting' || (state !== 'completed' && progress > 0)
}

function toneOf({ state }: JobView): 'active' | 'stopped' | 'failed' {
  if (state === 'failed') return 'failed'
  return state === 'cancelled' ? 'stopped' : 'active'
}
