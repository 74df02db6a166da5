import { expect, it } from 'vitest'
import { StreamChecker } from './stream-checker.ts'

function verdictOf(numbers: number[], total: number) {
  const checker = new StreamChecker()
  for (const number of numbers) checker.add({ client: 'a', kind: 'message', messageId: `u-${number}` })
  return checker.verdict(new Map([['a', total]]))
}

it('finds nothing where all came once and in order', () => {
  expect(verdictOf([1, 2, 3], 3)).toMatchObject({ lost: 0, repeated: 0, reordered: 0, delivered: 3 })
})

it('counts what is missing in the middle and at the end', () => {
  expect(verdictOf([1, 3], 5)).toMatchObject({ lost: 3, delivered: 2 })
})

it('counts what comes twice, and what comes late', () => {
  expect(verdictOf([1, 2, 2], 2)).toMatchObject({ lost: 0, repeated: 1, delivered: 2 })
  expect(verdictOf([1, 3, 2], 3)).toMatchObject({ lost: 0, reordered: 1, delivered: 3 })
})
