import type { ConnectionSnapshot } from '@headway/client'
import { expect, it } from 'vitest'
import { connectionWords, secondsToRetry } from './connection-words.ts'

const live: ConnectionSnapshot = {
  state: 'connected',
  freshness: 'live',
  staleSince: null,
  attempts: 0,
  nextRetryAt: null,
  latencyMs: 3,
  userId: 'ada',
  error: null,
}

it('says live only for a connection that misses nothing', () => {
  expect(connectionWords(live)).toMatchObject({ tone: 'live', label: 'Live' })
  expect(connectionWords({ ...live, freshness: 'catching-up' }).label).toBe('Catching up')
  expect(connectionWords({ ...live, freshness: 'stale', staleSince: Date.now() }).label).toMatch(
    /^Stale since /,
  )
  expect(connectionWords({ ...live, state: 'connecting', freshness: 'stale' }).tone).toBe('busy')
  expect(connectionWords({ ...live, state: 'reconnecting', freshness: 'stale' }).label).toBe('Offline')
})

it('passes on why the server refuses', () => {
  const error = { code: 'too_many_connections', message: 'Close another tab.' } as const
  expect(connectionWords({ ...live, state: 'failed', error })).toMatchObject({
    label: 'Not connected',
    explanation: 'Close another tab.',
  })
})

it('counts down to the next attempt', () => {
  expect(secondsToRetry({ ...live, nextRetryAt: 10_000 }, 6_400)).toBe(4)
  expect(secondsToRetry({ ...live, nextRetryAt: 10_000 }, 11_000)).toBe(0)
  expect(secondsToRetry(live, 0)).toBeNull()
})
