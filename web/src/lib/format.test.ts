import { expect, it } from 'vitest'
import { formatAgo, formatBytes, formatDuration } from './format.ts'

it.each([
  [0, '0 ms'],
  [340.4, '340 ms'],
  [1_000, '1.0 s'],
  [59_990, '59.9 s'],
  [245_000, '4 min 05 s'],
  [7_800_000, '2 h 10 min'],
])('writes a duration of %d ms as %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words)
})

it.each([
  [812, '812 bytes'],
  [48_200, '48 kB'],
  [1_240_000, '1.2 MB'],
])('writes %d bytes as %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words)
})

it.each([
  [-2_000, 'just now'],
  [40_000, '40 s ago'],
  [300_000, '5 min ago'],
  [10_800_000, '3 h ago'],
])('writes what was %d ms ago as %s', (ageMs, words) => {
  const now = Date.parse('2025-06-01T12:00:00.000Z')
  expect(formatAgo(new Date(now - ageMs).toISOString(), now)).toBe(words)
})
