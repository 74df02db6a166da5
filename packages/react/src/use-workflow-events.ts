import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import type { MessageOf, WorkflowEventType } from '@headway/events'
import { useCallback } from 'react'
import { useRealtimeClient } from './realtime-provider.tsx'
import { trustOf, type RunTrust } from './run-trust.ts'
import { useSelection } from './use-selection.ts'

/** Which events of a run are wanted. */
export interface WorkflowEventsOptions<TType extends WorkflowEventType> {
  /** Which messages; all but text chunks unless given. */
  types?: readonly TType[] | undefined
  /**
   * So many of the newest, at most 1,000.
   *
   * @default 1_000
   */
  limit?: number | undefined
}

export interface WorkflowEvents<TType extends WorkflowEventType> extends RunTrust {
  /** Newest last; those that came since this page follows the run. */
  readonly events: readonly MessageOf<TType>[]
}

/**
 * The messages of a run, typed by what was asked for. Other messages render nothing here.
 *
 * @example
 * const { events } = useWorkflowEvents(runId, { types: ['JOB_STEP'], limit: 20 })
 */
export function useWorkflowEvents<TType extends WorkflowEventType = WorkflowEventType>(
  runId: string,
  { types, limit = 1_000 }: WorkflowEventsOptions<TType> = {},
): WorkflowEvents<TType> {
  // Applications write the array anew for each render: what counts is what is in it.
  const key = types?.join(' ')
  const select = useCallback(
    (run: JobSnapshot): WorkflowEvents<TType> => {
      const wanted = key?.split(' ')
      const events = wanted ? run.events.filter(({ type }) => wanted.includes(type)) : run.events
      const newest = limit > 0 ? events.slice(-limit) : []
      return { events: newest as readonly object[] as readonly MessageOf<TType>[], ...trustOf(run) }
    },
    [key, limit],
  )
  return useSelection(jobStore(useRealtimeClient(), runId), select)
}
