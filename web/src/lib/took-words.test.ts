import { expect, it } from 'vitest'
import { hasWorkedThrough, tookMs, tookWords } from './took-words.ts'

it('says of a job that worked all the time how long it took', () => {
  expect(hasWorkedThrough({ state: 'completed', attempt: 1 })).toBe(true)
  expect(tookWords(3_200, true)).toBe('in 3.2 s')
})

it('does not call it work where a job may have waited', () => {
  expect(hasWorkedThrough({ state: 'completed', attempt: 2 })).toBe(false)
  expect(hasWorkedThrough({ state: 'cancelled', attempt: 1 })).toBe(false)
  expect(tookWords(101_000, false)).toBe('1 min 41 s from start to end')
})

it('knows no time of a job that has not ended', () => {
  expect(tookMs({ startedAt: '2025-01-01T00:00:00.000Z', finishedAt: null })).toBeNull()
  expect(tookMs({ startedAt: '2025-01-01T00:00:00.000Z', finishedAt: '2025-01-01T00:00:02.000Z' })).toBe(
    2_000,
  )
})
