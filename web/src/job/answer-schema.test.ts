import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../lib/json-schema.ts'
import { fieldErrors } from '../schema-form/field-errors.ts'
import { fieldsOf } from '../schema-form/field-shape.ts'
import { initialValues, inputOf, withValue } from '../schema-form/form-values.ts'
import { answerSchemaOf } from './answer-schema.ts'

/** What is sent when `typed` is put into the form of the question; its mistakes, where there are some. */
function answerTo(question: JsonSchema, typed: Record<string, unknown> = {}): unknown {
  const { schema, valueOf } = answerSchemaOf(question)
  const fields = fieldsOf(schema)
  const values = Object.entries(typed).reduce(
    (current, [name, value]) => withValue(current, [name], value),
    initialValues(fields),
  )
  const errors = fieldErrors(fields, values)
  return Object.keys(errors).length > 0 ? { errors } : valueOf(inputOf(fields, values))
}

describe('the form of a question', () => {
  it('is that of its fields, where the answer is made of several', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { pace: { enum: ['careful', 'quick'] }, note: { type: 'string' } },
      required: ['pace'],
    }
    expect(answerTo(schema, { pace: 'quick' })).toEqual({ pace: 'quick' })
    expect(answerTo(schema)).toEqual({ errors: { pace: 'Choose one.' } })
  })

  it('is one field for any other answer, which is sent as it is', () => {
    expect(answerTo({ type: 'string' }, { answer: 'red' })).toBe('red')
    expect(answerTo({ type: 'integer', minimum: 1 }, { answer: 0 })).toHaveProperty('errors.answer')
    expect(answerTo({ type: 'boolean' })).toBe(false)
    expect(answerTo({ type: 'array', items: { type: 'integer' } }, { answer: ['1'] })).toEqual([1])
    expect(answerTo({}, { answer: '{"a":1}' })).toEqual({ a: 1 })
    expect(answerTo({ type: 'string' })).toHaveProperty('errors.answer')
  })

  it('takes nothing for null where that is an answer', () => {
    expect(answerTo({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toBeNull()
    expect(answerTo({ type: ['string', 'null'] }, { answer: 'red' })).toBe('red')
  })

  it('finds what the schema refers to', () => {
    const schema: JsonSchema = { $ref: '#/$defs/size', $defs: { size: { type: 'number', maximum: 3 } } }
    expect(answerTo(schema, { answer: 2 })).toBe(2)
    expect(answerTo(schema, { answer: 4 })).toHaveProperty('errors.answer')
  })
})
