import type { JobState } from '@headway/events'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClock,
  IconLoader2,
  IconMessageQuestion,
  type Icon,
} from '@tabler/icons-react'

const ICONS: Readonly<Record<JobState, Icon>> = {
  created: IconCircleDashed,
  queued: IconClock,
  running: IconLoader2,
  waiting: IconMessageQuestion,
  completed: IconCircleCheck,
  failed: IconAlertTriangle,
  cancelled: IconCircleMinus,
}

export function StateIcon({ state, size = 17 }: { state: JobState; size?: number }) {
  const ShownIcon = ICONS[state]
  const motion = state === 'running' ? 'state-icon state-icon-running' : 'state-icon'
  return <ShownIcon className={motion} size={size} stroke={1.9} aria-hidden="true" />
}
