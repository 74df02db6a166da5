import { expect, it } from 'vitest'
import { fieldsOf } from './field-shape.ts'
import { placeRefusal } from './refused-fields.ts'

it('says a refusal at the field that it is about, and apart what no field shows', () => {
  const fields = fieldsOf({
    type: 'object',
    properties: {
      counts: { type: 'array', items: { type: 'integer' } },
      size: { type: 'object', properties: { width: { type: 'integer' } } },
    },
  })
  const refused = [
    { path: 'size.width', message: 'must be <= 100' },
    { path: 'counts.1', message: 'must be integer' },
    { path: 'countsAll', message: 'is not known' },
    { path: '', message: 'must match exactly one schema in oneOf' },
  ]
  expect(placeRefusal(fields, refused)).toEqual({
    atFields: { 'size.width': 'Must be <= 100.', counts: 'Must be integer.' },
    others: ['“countsAll” is not known.', 'Must match exactly one schema in oneOf.'],
  })
})
