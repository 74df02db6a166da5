import { describe, expect, it } from 'vitest'
import { answerForm, readControl } from './answer-fields.ts'

/** What a browser makes of the control for such a schema. */
function isTaken(pattern: string, typed: string): boolean {
  const [field] = answerForm({ type: 'string', pattern }, 'Answer').fields
  const asked = field?.control.kind === 'text' ? field.control.pattern : undefined
  return new RegExp(`^(?:${asked})$`, 'v').test(typed)
}

describe('the form of an answer', () => {
  it('has a field for each property of a flat object', () => {
    const { fields, valueOf } = answerForm(
      {
        type: 'object',
        properties: {
          name: { type: 'string', title: 'Your name', maxLength: 20, description: 'As on the card' },
          count: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
          isUrgent: { type: 'boolean' },
          colour: { enum: ['red', 'blue'] },
          rest: { type: 'object', properties: { deep: {} } },
        },
        required: ['name', 'count'],
      },
      'Answer',
    )
    expect(fields.map(({ name, isRequired, control }) => [name, isRequired, control])).toEqual([
      ['name', true, { kind: 'text', maxLength: 20 }],
      ['count', false, { kind: 'number', step: 1, min: 1, max: 9 }],
      ['isUrgent', false, { kind: 'switch' }],
      ['colour', false, { kind: 'choice', options: ['red', 'blue'] }],
      ['rest', false, { kind: 'json' }],
    ])
    expect(fields[0]).toMatchObject({ label: 'Your name', description: 'As on the card' })
    expect(valueOf({ name: 'Ada' })).toEqual({ name: 'Ada' })
  })

  it('has one field for any other value, and sends it bare', () => {
    const { fields, valueOf } = answerForm({ anyOf: [{ const: 1 }, { const: 2 }] }, 'Antwort')
    expect(fields).toMatchObject([{ name: 'answer', label: 'Antwort', isRequired: true }])
    expect(fields[0]?.control).toEqual({ kind: 'choice', options: [1, 2] })
    expect(valueOf({ answer: 2 })).toBe(2)
    expect(answerForm({ type: 'array' }, 'Answer').fields[0]?.control).toEqual({ kind: 'json' })
  })
})

it('asks for a pattern somewhere in the text, as its schema does, and not for all of it', () => {
  for (const pattern of [String.raw`\d`, '^a|b', '^[a-z]+$']) {
    for (const typed of ['a1', 'abc', 'xb', 'x', 'A']) {
      expect(isTaken(pattern, typed), `${pattern} ${typed}`).toBe(new RegExp(pattern).test(typed))
    }
  }
})

it('reads what was typed as the schema wants it, and nothing where nothing was', () => {
  expect(readControl({ kind: 'text' }, 'red', false)).toBe('red')
  expect(readControl({ kind: 'text' }, ' ', false)).toBeUndefined()
  expect(readControl({ kind: 'number', step: 1 }, '7', false)).toBe(7)
  expect(readControl({ kind: 'choice', options: [true, false] }, '1', false)).toBe(false)
  expect(readControl({ kind: 'switch' }, 'on', false)).toBe(false)
  expect(readControl({ kind: 'json' }, '[1]', false)).toEqual([1])
  expect(() => readControl({ kind: 'json' }, '[1', false)).toThrow(SyntaxError)
})
