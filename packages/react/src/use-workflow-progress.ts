import type { JobSnapshot } from '@headway/client/jobs'
import type { StepView } from '@headway/events'
import { useRun, type RunTrust } from './use-run.ts'

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
  return useRun(runId, ({ state, progress, label, steps, error, events }) => {
    return {
      state,
      progress,
      label,
      steps,
      error,
      currentStep: (state === 'running' && steps.findLast(({ status }) => status === 'started')) || null,
      completedSteps: steps.filter(({ status }) => status === 'completed').length,
      totalSteps: events.findLast((message) => message.type === 'JOB_STEP')?.payload.total ?? null,
    }
  })
}
