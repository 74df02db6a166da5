import type { ArtifactView } from '@headway/events'
import { useMemo, type ReactElement, type ReactNode } from 'react'
import { useJobProgress, type JobProgress } from '../index.ts'
import { Announcement } from './announcement.tsx'
import { ArtifactList } from './artifact-list.tsx'
import { JobActions } from './job-actions.tsx'
import { JobProgressBar } from './job-progress-bar.tsx'
import { lookOf, type LookProps } from './look.ts'
import { QuestionForm, type OpenQuestion } from './question-form.tsx'
import { stateWords } from './state-words.ts'
import { StepList } from './step-list.tsx'
import { StreamingText } from './streaming-text.tsx'

interface TaskActivitySlots extends LookProps {
  /** Where an artifact can be fetched; without it artifacts are shown and not linked. */
  artifactHref?: ((artifact: ArtifactView) => string) | undefined
  /** Draws a question in place of the simple form. */
  renderQuestion?: ((question: OpenQuestion) => ReactNode) | undefined
}

/** What a panel shows, and how it draws what an application draws better. */
export interface TaskActivityPanelProps extends TaskActivitySlots {
  jobId: string
}

/** Everything that a panel shows, by values. */
export interface TaskActivityViewProps extends TaskActivitySlots {
  job: JobProgress
}

/** Everything about a job in one panel: state, steps, text, files, its question, and what can be done to it. */
export function TaskActivityPanel({ jobId, ...slots }: TaskActivityPanelProps): ReactElement {
  return <TaskActivityView {...slots} job={useJobProgress(jobId)} />
}

/** {@link TaskActivityPanel} for a job that is handed in. */
export function TaskActivityView(props: TaskActivityViewProps): ReactElement {
  const { job, artifactHref, renderQuestion, className, unstyled, texts: given } = props
  const look = useMemo(() => lookOf({ className, unstyled, texts: given }), [className, unstyled, given])
  const { texts, part, root } = look
  const { question, answer, isAnswering, answerError } = job
  const name = job.job?.operationType ?? ''
  const open = question && { question, answer, isAnswering, answerError }
  // A question may be asked again by its name, in a later attempt or by another job: its form begins anew.
  const asking = `${job.jobId} ${job.job?.attempt} ${question?.name}`

  if (job.loadError && !job.job) return <LoadFailure {...props} />
  return (
    <section
      className={root('panel')}
      data-state={job.state ?? 'loading'}
      data-freshness={job.freshness}
      aria-label={name || texts.loading}
      aria-busy={job.isLoading}
      // Keeps the place of a control that goes.
      tabIndex={-1}
    >
      <header className={part('panel-head')}>
        {name !== '' && <span className={part('panel-name')}>{name}</span>}{' '}
        <span className={part('badge')} data-state={job.state ?? 'loading'}>
          {stateWords(job, texts)}
        </span>{' '}
        {job.freshness === 'stale' && !job.isLoading && <span className={part('muted')}>{texts.stale}</span>}
        <JobActions job={job} look={look} />
      </header>
      <Announcement text={announced(job, name, look.texts)} />
      <JobProgressBar job={job} unstyled={unstyled} texts={given} />
      {job.error && (
        <p role="alert" className={part('error')}>
          {job.error.message} <code className={part('code')}>{job.error.code}</code>
        </p>
      )}
      {open && (renderQuestion?.(open) ?? <QuestionForm key={asking} {...open} look={look} />)}
      {job.steps.length > 0 && <StepList steps={job.steps} state={job.state} look={look} />}
      {job.text !== '' && <StreamingText key={job.jobId} text={job.text} look={look} />}
      {!job.isLoading && <ArtifactList artifacts={job.artifacts} artifactHref={artifactHref} look={look} />}
    </section>
  )
}

function LoadFailure({ job, ...look }: TaskActivityViewProps): ReactElement {
  const { texts, part, root } = lookOf(look)
  return (
    <section className={root('panel')} data-state="unknown">
      <p role="alert" className={part('error')}>
        {stateWords(job, texts)}
      </p>
    </section>
  )
}

/** What is read out: the state, and that somebody is asked. A failure has an alert of its own. */
function announced(job: JobProgress, name: string, texts: ReturnType<typeof lookOf>['texts']): string {
  if (job.isLoading || job.state === 'failed') return ''
  return job.question ? texts.question : `${name}: ${stateWords(job, texts)}`
}
