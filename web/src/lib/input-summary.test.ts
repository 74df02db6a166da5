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

it('leaves out what is so by default, and shows a zero that is not', () => {
  const properties = {
    steps: { type: 'integer' },
    stepMs: { type: 'integer' },
    progressPerStep: { type: 'integer', default: 1 },
    chunkBytes: { type: 'integer', default: 0 },
    ignoreAbort: { type: 'boolean', default: false },
    isCareful: { type: 'boolean', default: true },
  }
  const input = {
    steps: 3,
    stepMs: 0,
    progressPerStep: 1,
    chunkBytes: 0,
    ignoreAbort: false,
    isCareful: false,
  }
  expect(inputSummary(input, { properties })).toBe('steps 3 · stepMs 0 · isCareful false')
})

it("says nothing of the file that a job was given: its id is nobody's name", () => {
  expect(inputSummary({ uploadId: '9f70f55e-7060-4edf-b46e-fa02178447d9' })).toBe('')
})
