import { Button } from '@mantine/core'
import { IconFileUnknown } from '@tabler/icons-react'
import { isTerminalState } from '@headway/events'
import { Link } from 'wouter'
import { CallFailed } from '../shell/call-failed.tsx'
import { useDocumentTitle } from '../shell/document-title.ts'
import { Notice } from '../shell/notice.tsx'
import { ArtifactPanel } from './artifact-panel.tsx'
import { JobFailure } from './job-failure.tsx'
import { JobHead } from './job-head.tsx'
import { JobQuestion } from './job-question.tsx'
import { JobSkeleton } from './job-skeleton.tsx'
import { jobTitle } from './job-title.ts'
import { JsonPanel } from './json-panel.tsx'
import { StepList } from './step-list.tsx'
import { TextPanel } from './text-panel.tsx'
import { TimelinePanel } from './timeline-panel.tsx'
import { useShownJob, type JobContent } from './use-shown-job.ts'
import './job-page.css'

export function JobPage({ jobId }: { jobId: string }) {
  const shown = useShownJob(jobId)
  switch (shown.status) {
    case 'loading':
      return <JobSkeleton />
    case 'not-found':
      return <JobNotFound jobId={jobId} />
    case 'failed':
      return (
        <CallFailed
          title="This job could not be loaded"
          error={shown.error}
          isRetrying={shown.isRetrying}
          onRetry={shown.retry}
        />
      )
    case 'shown':
      return <JobDetails {...shown} />
    default:
      return shown satisfies never
  }
}

function JobDetails({ job, text, events, queueWait }: JobContent) {
  useDocumentTitle(jobTitle(job))
  return (
    <article className="job-page" data-state={job.state}>
      <JobHead job={job} queueWait={queueWait} />
      {job.question !== null && (
        <JobQuestion key={`${job.attempt} ${job.question.name}`} jobId={job.jobId} question={job.question} />
      )}
      {job.state === 'failed' && <JobFailure job={job} />}
      <div className="job-columns">
        {(text !== '' || job.artifacts.length > 0) && (
          <div className="job-column">
            {text !== '' && <TextPanel text={text} isGrowing={!isTerminalState(job.state)} />}
            {job.artifacts.map((artifact) => (
              <ArtifactPanel key={artifact.artifactId} job={job} artifact={artifact} />
            ))}
          </div>
        )}
        <div className="job-column job-column-side">
          {job.steps.length > 0 && <StepList job={job} queueWait={queueWait} />}
          <TimelinePanel job={job} events={events} />
        </div>
        <div className="job-column">
          {hasContent(job.result) && <JsonPanel title="Result" value={job.result} />}
          <JsonPanel title="Input" value={job.input} />
        </div>
      </div>
    </article>
  )
}

function JobNotFound({ jobId }: { jobId: string }) {
  useDocumentTitle('Job not found')
  return (
    <Notice icon={IconFileUnknown} title="There is no such job" isPage>
      <p>
        <span className="hw-mono">{jobId}</span> does not exist, or it belongs to somebody else. A job is
        shown only to the user who started it.
      </p>
      <Button component={Link} href="/" variant="default">
        Show my jobs
      </Button>
    </Notice>
  )
}

function hasContent(value: unknown): boolean {
  return value !== null && value !== undefined
}
