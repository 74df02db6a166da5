import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../lib/json-schema.ts'
import { fieldErrors, rangeWords } from './field-errors.ts'
import { fieldsOf, labelOf } from './field-shape.ts'
import { initialValues, inputOf, withValue } from './form-values.ts'
import { SENDING_FILE } from './sending-file.ts'

const capturePage: JsonSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', format: 'uri', description: 'The page to capture' },
    format: { type: 'string', enum: ['png', 'pdf', 'jpeg'], default: 'png' },
    fullPage: { type: 'boolean', default: true },
    viewport: {
      type: 'object',
      properties: {
        width: { type: 'integer', minimum: 1, maximum: 4_000 },
        height: { type: 'integer', minimum: 1, maximum: 4_000 },
      },
      required: ['width', 'height'],
    },
  },
  required: ['url'],
}

it('sends nothing while a file is on its way', () => {
  const fields = fieldsOf({ type: 'object', properties: { file: { type: 'string', format: 'upload' } } })
  expect(fieldErrors(fields, { file: SENDING_FILE })).toEqual({ file: 'Wait until the file has been sent.' })
  expect(fieldErrors(fields, { file: '' })).toEqual({})
})

describe('fieldsOf', () => {
  it('makes a control for each kind of value', () => {
    const fields = fieldsOf(capturePage)
    expect(fields.map(({ name, shape }) => [name, shape.kind])).toEqual([
      ['url', 'text'],
      ['format', 'choice'],
      ['fullPage', 'switch'],
      ['viewport', 'group'],
    ])
    expect(fields[0]).toMatchObject({ required: true, description: 'The page to capture', label: 'URL' })
  })

  it('reads literals, nullable values, references and lists', () => {
    const fields = fieldsOf({
      type: 'object',
      properties: {
        mode: { anyOf: [{ const: 'fast' }, { const: 'slow' }] },
        limit: { anyOf: [{ type: 'integer', minimum: 0, maximum: 9_007_199_254_740_991 }, { type: 'null' }] },
        size: { $ref: '#/$defs/size' },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        anything: {},
        map: { type: 'object' },
      },
      $defs: { size: { type: 'number', exclusiveMinimum: 0 } },
    })
    expect(fields.map(({ shape }) => shape)).toEqual([
      { kind: 'choice', options: ['fast', 'slow'] },
      { kind: 'number', whole: true, range: { min: 0 } },
      { kind: 'number', whole: false, range: { min: 0, exclusiveMin: true } },
      { kind: 'list', of: 'text', minItems: 0, maxItems: 3 },
      { kind: 'json' },
      { kind: 'json' },
    ])
  })

  it('takes a text whose example is an address as one', () => {
    const [field] = fieldsOf({
      type: 'object',
      properties: { page: { type: 'string', examples: ['https://example.com'] } },
    })
    expect(field).toMatchObject({ example: 'https://example.com', shape: { kind: 'text', format: 'uri' } })
  })

  it('turns names into labels', () => {
    expect(labelOf('progressPerStep')).toBe('Progress per step')
    expect(labelOf('stepMs')).toBe('Step (ms)')
    expect(labelOf('chunk_bytes')).toBe('Chunk (bytes)')
    expect(labelOf('pageUrl')).toBe('Page URL')
  })
})

describe('form values', () => {
  const fields = fieldsOf(capturePage)

  it('begins with the defaults, or with the input of an earlier job', () => {
    expect(initialValues(fields)).toEqual({
      url: '',
      format: 'png',
      fullPage: true,
      viewport: { width: '', height: '' },
    })
    expect(
      initialValues(fields, { url: 'https://a.test', fullPage: false, viewport: { width: 10 } }),
    ).toMatchObject({
      url: 'https://a.test',
      fullPage: false,
      viewport: { width: 10, height: '' },
    })
  })

  it('leaves out what was left empty', () => {
    const values = withValue(initialValues(fields), ['url'], 'https://a.test')
    expect(inputOf(fields, values)).toEqual({ url: 'https://a.test', format: 'png', fullPage: true })
  })

  it('sends a changed value of a group and a switch turned off', () => {
    let values = withValue(initialValues(fields), ['url'], 'https://a.test')
    values = withValue(values, ['viewport', 'width'], 800)
    values = withValue(values, ['fullPage'], false)
    expect(inputOf(fields, values)).toEqual({
      url: 'https://a.test',
      format: 'png',
      fullPage: false,
      viewport: { width: 800 },
    })
  })

  it('sends lists of numbers as numbers, and JSON as what it says', () => {
    const others = fieldsOf({
      type: 'object',
      properties: { steps: { type: 'array', items: { type: 'integer' } }, extra: {} },
    })
    expect(inputOf(others, { steps: ['1', '2'], extra: '{"a":[true]}' })).toEqual({
      steps: [1, 2],
      extra: { a: [true] },
    })
  })
})

function fieldsOfMoment(pattern?: string) {
  return fieldsOf({
    type: 'object',
    properties: { at: { type: 'string', format: 'date-time', ...(pattern !== undefined && { pattern }) } },
  })
}

describe('a moment', () => {
  const fields = fieldsOfMoment()

  it('is typed in the time of the browser, and sent with its zone', () => {
    const values = { at: '2026-11-21T14:30' }
    const sent = new Date(2026, 10, 21, 14, 30).toISOString().replace('.000', '')
    expect(fieldErrors(fields, values)).toEqual({})
    expect(inputOf(fields, values)).toEqual({ at: sent })
    expect(initialValues(fields, { at: sent })).toEqual(values)
  })

  it('keeps what an earlier job had of it, to the millisecond', () => {
    for (const at of ['2026-11-21T13:30:05Z', '2026-11-21T13:30:05.250Z']) {
      expect(inputOf(fields, initialValues(fields, { at }))).toEqual({ at })
    }
  })

  it('is sent as exactly as the schema wants it', () => {
    const exact = fieldsOfMoment(String.raw`\.\d{3}Z$`)
    const values = { at: '2026-11-21T14:30' }
    expect(fieldErrors(exact, values)).toEqual({})
    expect(inputOf(exact, values)['at']).toMatch(/:00\.000Z$/)
  })
})

describe('fieldErrors', () => {
  const fields = fieldsOf(capturePage)
  const errorsWith = (path: string[], value: unknown) =>
    fieldErrors(fields, withValue(withValue(initialValues(fields), ['url'], 'https://a.test'), path, value))

  it('accepts a complete input and an untouched optional group', () => {
    expect(errorsWith(['format'], 'pdf')).toEqual({})
  })

  it('asks for what is missing, also in a group that was begun', () => {
    expect(Object.keys(fieldErrors(fields, initialValues(fields)))).toEqual(['url'])
    expect(Object.keys(errorsWith(['viewport', 'width'], 800))).toEqual(['viewport.height'])
  })

  it('says what a number may be', () => {
    expect(errorsWith(['viewport', 'width'], 5_000)['viewport.width']).toBe(
      'Enter a whole number from 1 to 4,000.',
    )
    expect(errorsWith(['viewport', 'width'], 1.5)['viewport.width']).toContain('whole number')
    expect(rangeWords(false, { min: 0, exclusiveMin: true })).toBe('a number above 0')
    expect(rangeWords(true, { min: 1 })).toBe('a whole number of at least 1')
    expect(rangeWords(true, {})).toBe('a whole number')
  })

  it('takes web addresses only', () => {
    expect(errorsWith(['url'], 'example.com')['url']).toContain('https://')
    expect(errorsWith(['url'], 'javascript:alert(1)')['url']).toContain('https://')
    expect(errorsWith(['url'], 'http://127.0.0.1:8080/x')).toEqual({})
  })

  it('says in words what a text of a format is to be, however long its pattern', () => {
    const pattern = String.raw`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$`
    const others = fieldsOf({
      type: 'object',
      properties: {
        due: { type: 'string', format: 'date', pattern },
        at: { type: 'string', format: 'date-time' },
        mail: { type: 'string', format: 'email' },
        id: { type: 'string', format: 'uuid', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-' },
        mine: { type: 'string', format: 'uri', pattern: '^https://shop' },
        short: { type: 'string', pattern: '^[a-z]+$' },
        long: { type: 'string', pattern },
        shown: { type: 'string', pattern, examples: ['2026-11-21'] },
      },
    })
    const wrong = Object.fromEntries(others.map(({ name }) => [name, 'Tomorrow']))
    expect(fieldErrors(others, { ...wrong, mine: 'https://example.com' })).toEqual({
      mine: 'This does not have the expected form (^https://shop).',
      due: 'Enter a date like 2026-11-21.',
      at: 'Enter a day and a time, like 2026-11-21 14:30.',
      mail: 'Enter an e-mail address, such as name@example.com.',
      id: 'Enter an id like 0190b7d2-6f4e-4c1a-9b0e-3f5d2a7c8e91.',
      short: 'This does not have the expected form (^[a-z]+$).',
      long: 'This does not have the expected form.',
      shown: 'This does not have the expected form, such as 2026-11-21',
    })
  })

  it('checks texts, lists and JSON', () => {
    const others = fieldsOf({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 2, maxLength: 3, pattern: '^[a-z]+$' },
        counts: { type: 'array', items: { type: 'integer' }, maxItems: 2 },
        extra: {},
      },
    })
    const valid = { name: 'abc', counts: ['1'], extra: '{}' }
    expect(fieldErrors(others, valid)).toEqual({})
    expect(fieldErrors(others, { ...valid, name: 'a' })['name']).toContain('at least 2')
    expect(fieldErrors(others, { ...valid, name: 'abcd' })['name']).toContain('at most 3')
    expect(fieldErrors(others, { ...valid, name: 'A1' })['name']).toContain('expected form')
    expect(fieldErrors(others, { ...valid, counts: ['1', 'x'] })['counts']).toContain('x')
    expect(fieldErrors(others, { ...valid, counts: ['1', '2', '3'] })['counts']).toContain('at most 2')
    expect(fieldErrors(others, { ...valid, extra: '{' })['extra']).toContain('not JSON')
  })
})
