import { expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const now = Date.parse('2030-01-01T00:00:00Z')

it.each([
  ['30', 30_000],
  ['0', 0],
  ['Tue, 01 Jan 2030 00:00:02 GMT', 2_000],
  ['Mon, 31 Dec 2029 23:59:59 GMT', undefined],
  ['-5', undefined],
  ['soon', undefined],
  [null, undefined],
])('reads %s as %s ms', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected)
})
