import type { QueueWait } from '@headway/client/jobs'
import { isTerminalState, type JobView, type StepView } from '@headway/events'
import { useWorkflowProgress } from '@headway/react'
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconLoader2 } from '@tabler/icons-react'
import { formatDuration } from '../lib/format.ts'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { Panel } from './panel.tsx'
import { stepOutcome, type StepOutcome } from './step-outcome.ts'
import { useStickToEnd } from './use-stick-to-end.ts'
import './step-list.css'

const ICONS = {
  started: IconLoader2,
  completed: IconCircleCheck,
  failed: IconAlertTriangle,
  stopped: IconCircleMinus,
} as const

/** The steps of a job. A completed one never runs again, also after a resume. */
export function StepList({ job, queueWait }: { job: JobView; queueWait: QueueWait | null }) {
  const { jobId, state, steps } = job
  const { scrollRef, contentRef } = useStickToEnd(!isTerminalState(state))
  const { totalSteps } = useWorkflowProgress(jobId)
  const done = steps.filter(({ status }) => status === 'completed').length
  return (
    <Panel
      title="Steps"
      note={totalSteps === null ? `${done} completed` : `${done} of ${totalSteps} completed`}
    >
      <ScrollRegion className="step-scroll" label="List of steps" scrollRef={scrollRef}>
        <ol className="step-list" ref={contentRef}>
          {steps.map((step) => (
            <Step key={step.name} step={step} outcome={stepOutcome(step, job, queueWait)} />
          ))}
        </ol>
      </ScrollRegion>
    </Panel>
  )
}

function Step({ step: { name, durationMs }, outcome }: { step: StepView; outcome: StepOutcome }) {
  const StepIcon = ICONS[outcome]
  return (
    <li className="step" data-status={outcome}>
      <StepIcon
        size={15}
        stroke={1.9}
        className={outcome === 'started' ? 'step-icon state-icon-running' : 'step-icon'}
        aria-label={outcome}
      />
      <span className="hw-truncate" title={name}>
        {name}
      </span>
      <span className="step-duration hw-number">{durationMs === null ? '' : formatDuration(durationMs)}</span>
    </li>
  )
}
