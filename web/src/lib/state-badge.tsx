import type { JobState } from '@headway/events'
import { STATE_WORDS } from './state-words.ts'
import { StateIcon } from './state-icon.tsx'
import './state-badge.css'

interface StateBadgeProps {
  state: JobState
  /** A cancel was asked for and the worker has not ended yet. */
  isCancelling?: boolean
}

/** The state of a job as icon and word: the colour never says it alone. */
export function StateBadge({ state, isCancelling = false }: StateBadgeProps) {
  return (
    <span className="state-badge" data-state={state}>
      <StateIcon state={state} />
      {isCancelling && state === 'running' ? 'Cancelling' : STATE_WORDS[state]}
    </span>
  )
}
