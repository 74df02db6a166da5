import type { OperationView } from '@headway/jobs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { JsonSchemas } from '../json-schemas.ts'
import { HttpError } from './http-error.ts'
import { InputValidator } from './input-validator.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const schema = z.strictObject({
  url: z.url(),
  format: z.enum(['png', 'pdf']).default('png'),
  viewport: z.strictObject({ width: z.int().min(1) }).default({ width: 1_280 }),
})

function createValidator(): InputValidator {
  return new InputValidator({ schemas: new JsonSchemas(), logger: silent })
}

function operation(inputSchema: object): OperationView {
  return {
    type: 'capture-page',
    description: '',
    inputSchema: inputSchema as Record<string, unknown>,
    available: true,
  }
}

function problemOf(inputSchema: object, input: Record<string, unknown>): HttpError | undefined {
  try {
    createValidator().check(operation(inputSchema), input)
    return undefined
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
}

it('fills in defaults', () => {
  const input = { url: 'https://example.com' }
  createValidator().check(operation(z.toJSONSchema(schema, { io: 'input' })), input)
  expect(input).toEqual({ url: 'https://example.com', format: 'png', viewport: { width: 1_280 } })
})

it('says what is wrong and where, all of it, without the values', () => {
  const input = { url: 'canary', format: 'canary', viewport: { width: 0 }, 'a/b~c': 'canary' }
  const problem = problemOf(z.toJSONSchema(schema, { io: 'input' }), input)
  expect(problem?.code).toBe('bad_request')
  expect(problem?.errors?.toSorted((a, b) => (a.pointer < b.pointer ? -1 : 1))).toEqual([
    { pointer: '#/a~1b~0c', detail: 'is not known' },
    { pointer: '#/format', detail: 'must be one of ["png","pdf"]' },
    { pointer: '#/url', detail: 'must be a whole address, like https://example.com' },
    { pointer: '#/viewport/width', detail: 'must be >= 1' },
  ])
})

it('names what is missing', () => {
  expect(problemOf(z.toJSONSchema(schema, { io: 'input' }), {})?.errors).toEqual([
    { pointer: '#/url', detail: 'is required' },
  ])
})

it('reads schemas of draft 7 too, as workers in other languages write them', () => {
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', required: ['n'] }
  expect(problemOf(draft7, { n: 1 })).toBeUndefined()
  expect(problemOf(draft7, {})?.code).toBe('bad_request')
})

it('uses the newest schema of an operation', () => {
  const validator = createValidator()
  validator.check(operation({ type: 'object' }), {})
  expect(() => validator.check(operation({ type: 'object', required: ['n'] }), {})).toThrow(HttpError)
})

it('reports an operation whose schema cannot be used as unavailable', () => {
  expect(problemOf({ type: 'nonsense' }, {})?.code).toBe('unavailable')
})

it('answers a body of thousands of mistakes with a few', () => {
  const input = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]))
  expect(problemOf({ type: 'object', additionalProperties: false }, input)?.errors).toHaveLength(20)
})
