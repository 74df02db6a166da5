import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import { useRealtimeClient } from './realtime-provider.tsx'
import { trustOf, type RunTrust } from './run-trust.ts'
import { useSelection } from './use-selection.ts'

/** The files of a run, and how far they can be trusted. */
export type WorkflowArtifacts = RunTrust & Pick<JobSnapshot, 'artifacts'>

/** What a run has made so far. Its progress renders nothing here. */
export function useWorkflowArtifacts(runId: string): WorkflowArtifacts {
  return useSelection(jobStore(useRealtimeClient(), runId), selectArtifacts)
}

function selectArtifacts(run: JobSnapshot): WorkflowArtifacts {
  return { artifacts: run.artifacts, ...trustOf(run) }
}
