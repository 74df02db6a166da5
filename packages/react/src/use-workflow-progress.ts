import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import type { StepView } from '@headway/events'
import { useRealtimeClient } from './realtime-provider.tsx'
import { trustOf, type RunTrust } from './run-trust.ts'
import { useSelection } from './use-selection.ts'

export interface WorkflowProgress
  extends RunTrust, Pick<JobSnapshot, 'state' | 'progress' | 'label' | 'steps' | 'error'> {
  /** The step that is running; null between steps, and for a run that does not run. */
  readonly currentStep: StepView | null
  readonly completedSteps: number
  /** How many steps there will be, where the operation says it. */
  readonly totalSteps: number | null
}

/** How far a run is. A run is a job with steps; its text and its artifacts render nothing here. */
export function useWorkflowProgress(runId: string): WorkflowProgress {
  return useSelection(jobStore(useRealtimeClient(), runId), selectProgress)
}

function selectProgress(run: JobSnapshot): WorkflowProgress {
  const { state, progress, label, steps, error, events } = run
  const isRunning = state === 'running'
  const newest = events.findLast((message) => message.type === 'JOB_STEP')
  return {
    state,
    progress,
    label,
    steps,
    error,
    currentStep: (isRunning && steps.findLast(({ status }) => status === 'started')) || null,
    completedSteps: steps.filter(({ status }) => status === 'completed').length,
    totalSteps: newest?.payload.total ?? null,
    ...trustOf(run),
  }
}
