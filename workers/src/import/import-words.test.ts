import { expect, it } from 'vitest'
import { importWords } from './import-words.ts'

it.each([
  [{ rows: 3, created: 2, updated: 1, refused: 0 }, '3 orders stored'],
  [{ rows: 2, created: 1, updated: 0, refused: 1 }, '1 order stored, 1 row refused'],
  [{ rows: 5, created: 0, updated: 0, refused: 5 }, '0 orders stored, 5 rows refused'],
])('says of %o: %s', (result, words) => {
  expect(importWords(result)).toBe(words)
})
