import type { ConnectionSnapshot } from '@headway/client'
import { formatClock } from '../lib/format.ts'

export interface ConnectionWords {
  tone: 'live' | 'busy' | 'away'
  /** For the header: as short as can be. */
  label: string
  /** For who wants to know more: what it means for the page. */
  explanation: string
}

/** What the indicator says. Live is said only while nothing can be missing. */
export function connectionWords(connection: ConnectionSnapshot): ConnectionWords {
  const { state, freshness, staleSince } = connection
  if (state === 'failed') {
    return {
      tone: 'away',
      label: 'Not connected',
      explanation: connection.error?.message ?? 'The server refused the connection.',
    }
  }
  if (state === 'connected' && freshness === 'live') {
    return { tone: 'live', label: 'Live', explanation: 'Everything on this page is shown as it happens.' }
  }
  if (state === 'connected' && freshness === 'catching-up') {
    return { tone: 'busy', label: 'Catching up', explanation: 'What was missed is being delivered.' }
  }
  if (state === 'connected') {
    return {
      tone: 'away',
      label: staleSince === null ? 'Stale' : `Stale since ${formatClock(staleSince)}`,
      explanation: 'The server has been silent. What this page shows may be behind.',
    }
  }
  if (state === 'connecting') {
    return { tone: 'busy', label: 'Connecting', explanation: 'The connection is being opened.' }
  }
  return {
    tone: 'away',
    label: 'Offline',
    explanation: staleWords(staleSince),
  }
}

/** Whole seconds until the next attempt to connect; null while none is planned. */
export function secondsToRetry(connection: ConnectionSnapshot, now: number): number | null {
  if (connection.nextRetryAt === null) return null
  return Math.max(0, Math.ceil((connection.nextRetryAt - now) / 1_000))
}

function staleWords(staleSince: number | null): string {
  const since = staleSince === null ? '' : ` It shows what was known at ${formatClock(staleSince)}.`
  return `Jobs go on, but this page does not hear of it.${since} Everything missed comes after reconnecting.`
}
