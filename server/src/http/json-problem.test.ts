import { expect, it } from 'vitest'
import { JSON_MAX_DEPTH, jsonProblem } from './json-problem.ts'

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth))
}

it.each([
  ['a flat object', { a: 1, b: 'x', c: null, d: [true] }],
  ['the deepest value that is allowed', nested(JSON_MAX_DEPTH)],
  ['a constructor that is a word', { constructor: 'Ferrari', prototype: true }],
  ['nothing', undefined],
])('lets %s pass', (_, value) => {
  expect(jsonProblem(value)).toBeUndefined()
})

it.each([
  ['too deep a value', nested(JSON_MAX_DEPTH + 1), /deeper than 64/],
  ['a depth that would break recursion', nested(100_000), /deeper than 64/],
  ['__proto__', JSON.parse('{"a":[{"__proto__":{"x":1}}]}'), /not allowed/],
  ['constructor.prototype', JSON.parse('{"constructor":{"prototype":{"x":1}}}'), /not allowed/],
  ['NUL in a text', { a: 'x\0' }, /NUL/],
  ['NUL in a key', { 'x\0': 1 }, /NUL/],
  ['half of a surrogate pair', { a: '\ud800' }, /surrogate/],
])('stops %s', (_, value, expected) => {
  expect(jsonProblem(value)).toMatch(expected)
})
