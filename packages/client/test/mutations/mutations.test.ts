import { beforeAll, expect, it } from 'vitest'
import { mutate } from './mutated-copy.ts'
import { MUTATIONS } from './mutations.ts'
import { runCopies, type Outcome } from './run-copies.ts'

let outcomes: Map<string, Outcome>

beforeAll(async () => {
  outcomes = await runCopies(MUTATIONS)
}, 300_000)

it('passes without a fault', () => {
  const { passed, failed } = outcomes.get('') as Outcome
  expect(failed).toEqual([])
  expect(passed.length).toBeGreaterThan(MUTATIONS.length)
})

it.each(MUTATIONS)('$promise: it is noticed where $name', ({ name, promise }) => {
  const { failed } = outcomes.get(name) as Outcome
  const naming = failed.filter((test) => new RegExp(`\\b${promise}\\b`).test(test))
  expect(naming, `red: ${failed.join('; ') || 'nothing'}`).not.toEqual([])
})

it('refuses a mutation whose text is gone', () => {
  for (const mutation of MUTATIONS) expect(() => mutate('', mutation)).toThrow('finds its text 0 times')
})
