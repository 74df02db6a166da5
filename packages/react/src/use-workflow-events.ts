import type { MessageOf, WorkflowEventType } from '@headway/events'
import { useRun, type RunTrust } from './use-run.ts'

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
  return useRun(runId, ({ events }) => {
    const wanted = events.filter(({ type }) => !types || types.includes(type as TType))
    return {
      events: (limit > 0 ? wanted.slice(-limit) : []) as readonly object[] as readonly MessageOf<TType>[],
    }
  })
}
