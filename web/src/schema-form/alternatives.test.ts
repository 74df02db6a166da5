import { expect, it } from 'vitest'
import type { JsonSchema } from '../lib/json-schema.ts'
import { alternativeErrors, alternativesOf, alternativesTo } from './alternatives.ts'
import { fieldsOf } from './field-shape.ts'

const fileOrText: JsonSchema = {
  type: 'object',
  properties: {
    uploadId: { type: 'string', format: 'upload', title: 'File' },
    csv: { type: 'string', title: 'CSV text' },
  },
  oneOf: [{ required: ['uploadId'] }, { required: ['csv'] }],
}

function errorsOf(schema: JsonSchema, input: Record<string, unknown>) {
  return alternativeErrors(alternativesOf(schema), fieldsOf(schema), input)
}

it('asks once for one of several, by the names that the form has for them', () => {
  expect(errorsOf(fileOrText, {})).toEqual({ uploadId: 'Give one of these: File or CSV text.' })
  expect(errorsOf(fileOrText, { uploadId: 'u', csv: 'c' })).toEqual({
    csv: 'Give only one of these: File or CSV text.',
  })
  expect(errorsOf(fileOrText, { csv: 'c' })).toEqual({})
})

it('takes several where one does not exclude the others, and fields that go together', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: { mail: {}, street: {}, city: {} },
    anyOf: [{ required: ['mail'] }, { required: ['street', 'city'] }],
  }
  expect(errorsOf(schema, { street: 's' })).toEqual({
    mail: 'Give at least one of these: Mail or Street and City.',
  })
  expect(errorsOf(schema, { mail: 'm', street: 's', city: 'c' })).toEqual({})
})

it('leaves to the server what is said in other ways', () => {
  expect(alternativesOf({ oneOf: [{ required: ['a'] }, { properties: {} }] })).toEqual([])
  expect(alternativesOf({ type: 'object' })).toEqual([])
})

it('knows which fields are put right together', () => {
  const alternatives = alternativesOf(fileOrText)
  expect(alternativesTo('csv', alternatives)).toEqual(['uploadId', 'csv'])
  expect(alternativesTo('other', alternatives)).toEqual([])
})
