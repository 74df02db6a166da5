import { expect, it } from 'vitest'
import { inputSummary } from './input-summary.ts'

it('shows the address of a job that works on one', () => {
  expect(inputSummary({ format: 'png', url: 'https://example.com/' })).toBe('example.com')
})

it('shows the first few values of another that say something', () => {
  expect(
    inputSummary({
      steps: 3,
      stepMs: 100,
      name: '',
      nested: { a: 1 },
      chunkBytes: 0,
      strict: false,
      loud: true,
    }),
  ).toBe('steps 3 · stepMs 100 · loud true')
})

it('shortens a long text', () => {
  expect(inputSummary({ prompt: 'x'.repeat(100) })).toHaveLength('prompt '.length + 60)
})
