import type { JobView } from '@headway/events'

/** What the browser's tab says of a job: how it stands first, because tabs are narrow. */
export function jobTitle({ state, operationType, progress }: JobView): string {
  switch (state) {
    case 'running':
      return `${Math.round(progress)} % ${operationType}`
    case 'completed':
      return `✓ ${operationType}`
    case 'waiting':
      return `? ${operationType} asks`
    case 'failed':
      return `✗ ${operationType} failed`
    case 'created':
    case 'queued':
    case 'cancelled':
      return `${operationType} ${state}`
    default:
      return state satisfies never
  }
}
