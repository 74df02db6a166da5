import type { JobSnapshot } from '@headway/client/jobs'
import { useRun, type RunTrust } from './use-run.ts'

/** The files of a run, and how far they can be trusted. */
export type WorkflowArtifacts = RunTrust & Pick<JobSnapshot, 'artifacts'>

/** What a run has made so far. Its progress renders nothing here. */
export function useWorkflowArtifacts(runId: string): WorkflowArtifacts {
  return useRun(runId, ({ artifacts }) => ({ artifacts }))
}
