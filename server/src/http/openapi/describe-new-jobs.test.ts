import type { OperationView } from '@headway/jobs'
import { describe, expect, it } from 'vitest'
import { JsonSchemas } from '../../json-schemas.ts'
import { describeNewJobs } from './describe-new-jobs.ts'

const ADDRESS = 'https://schemas.example/sum'

const schemas = new JsonSchemas()

function operation(inputSchema: Record<string, unknown>, type = 'sum'): OperationView {
  return { type, description: 'Adds.', inputSchema, available: true }
}

/** Whether the description lets a body pass. */
function passes(operations: readonly OperationView[], body: unknown): boolean {
  const components = { schemas: describeNewJobs(operations, schemas) }
  return schemas.check({ $ref: '#/components/schemas/NewJob', components }, body).length === 0
}

describe('describeNewJobs', () => {
  it('takes any type where no operation is registered', () => {
    expect(passes([], { type: 'anything', more: 1 })).toBe(true)
    expect(passes([], { more: 1 })).toBe(false)
  })

  it('takes the input of each operation under its type, and of no other', () => {
    const closed = { type: 'object', additionalProperties: false }
    const operations = [
      operation({ ...closed, properties: { a: { type: 'integer' } }, required: ['a'] }, 'one'),
      operation({ ...closed, properties: { b: { type: 'integer' } }, required: ['b'] }, 'two'),
    ]
    expect(passes(operations, { type: 'one', a: 1 })).toBe(true)
    expect(passes(operations, { type: 'two', b: 1 })).toBe(true)
    expect(passes(operations, { type: 'two', a: 1 })).toBe(false)
    expect(passes(operations, { type: 'one', a: 1, c: 1 })).toBe(false)
    expect(passes(operations, { type: 'three', a: 1 })).toBe(false)
    expect(passes(operations, { a: 1 })).toBe(false)
  })

  it.each([
    ['has parts that are closed', { oneOf: [part('a'), part('b')] }],
    ['is one of named parts', { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: part('a') } }],
    ['is named as a whole', { $ref: '#/$defs/a', $defs: { a: part('a') } }],
    ['has an address', { $id: ADDRESS, $ref: `${ADDRESS}#/$defs/a`, $defs: { a: part('a') } }],
    ['counts its members', { ...part('a'), maxProperties: 1, propertyNames: { enum: ['a'] } }],
    ['refers to its parts', { ...part('a', { $ref: '#/$defs/n' }), $defs: { n: { type: 'integer' } } }],
  ])('is not stricter than the schema of an input that %s', (_what, schema) => {
    expect(schemas.check(schema, { a: 1 })).toEqual([])
    expect(passes([operation(schema)], { type: 'sum', a: 1 })).toBe(true)
    expect(passes([operation(schema)], { type: 'sum', a: 'one' })).toBe(false)
    expect(passes([operation(schema)], { type: 'sum', a: 1, more: 1 })).toBe(false)
  })

  it('leaves a constant alone that looks like a reference', () => {
    const schema = { type: 'object', properties: { a: { const: { $ref: '#/a' } } } }
    expect(passes([operation(schema)], { type: 'sum', a: { $ref: '#/a' } })).toBe(true)
  })

  it('moves a reference of a member that has the name of a keyword', () => {
    const schema = { ...part('default', { $ref: '#/$defs/n' }), $defs: { n: { type: 'integer' } } }
    expect(passes([operation(schema)], { type: 'sum', default: 1 })).toBe(true)
    expect(passes([operation(schema)], { type: 'sum', default: 'one' })).toBe(false)
  })

  it('takes any input where the schema of the operation cannot be used', () => {
    expect(passes([operation({ type: 'nonsense' })], { type: 'sum', a: 1 })).toBe(true)
    expect(passes([operation({ type: 'nonsense' })], { type: 'other' })).toBe(false)
  })

  it('gives each operation a name of its own, whatever characters its type has', () => {
    const names = Object.keys(describeNewJobs([operation({}, 'a:b'), operation({}, 'a/b')], schemas))
    expect(names).toEqual(['NewJob', 'NewJob.a_b', 'NewJob.a_b_'])
    expect(passes([operation({}, 'a:b'), operation({}, 'a/b')], { type: 'a/b' })).toBe(true)
  })

  it('says that an operation is not available, and not why', () => {
    const reason = 'The browser is at the menders.'
    const described = describeNewJobs([{ ...operation({}), available: false, reason }], schemas)
    expect(described['NewJob.sum']?.['description']).toBe(
      'Adds. Not available at the moment; `GET /api/operations` says why.',
    )
  })
})

/** A closed object with one member. */
function part(name: string, member: Record<string, unknown> = { type: 'integer' }): Record<string, unknown> {
  return { type: 'object', properties: { [name]: member }, required: [name], additionalProperties: false }
}
