import { expect, it } from 'vitest'
import { resultWords } from './result-words.ts'

const importOf = (result: unknown) => resultWords({ operationType: 'import-orders', result })

it('says how many rows an import has refused', () => {
  expect(importOf({ rows: 5, created: 0, updated: 0, refused: 5 })).toEqual({
    words: '0 orders stored, 5 rows refused',
    hasRefusals: true,
  })
  expect(importOf({ rows: 1_203, created: 1_200, updated: 2, refused: 1 })).toEqual({
    words: '1,202 orders stored, 1 row refused',
    hasRefusals: true,
  })
})

it('has nothing to warn of where an import took everything', () => {
  expect(importOf({ rows: 1, created: 1, updated: 0, refused: 0 })).toEqual({
    words: '1 order stored',
    hasRefusals: false,
  })
})

it('has no words for what it does not know', () => {
  expect(importOf(null)).toBeNull()
  expect(importOf({ pointer: '/api/jobs/j', bytes: 100_000 })).toBeNull()
  expect(
    resultWords({ operationType: 'rehearse', result: { created: 1, updated: 0, refused: 0 } }),
  ).toBeNull()
})
