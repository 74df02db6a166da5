import { expect, it } from 'vitest'
import { Random } from './random.ts'

const draw = (seed: number) => Array.from({ length: 5 }, new Random(seed).next)

it('says the same for the same seed, and something else for another', () => {
  expect(draw(42)).toEqual(draw(42))
  expect(draw(42)).not.toEqual(draw(43))
})

it('stays within its bounds and reaches both', () => {
  const random = new Random(1)
  const drawn = new Set(Array.from({ length: 200 }, () => random.between(2, 4)))
  expect(drawn).toEqual(new Set([2, 3, 4]))
})
