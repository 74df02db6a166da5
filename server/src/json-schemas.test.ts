import { expect, it } from 'vitest'
import { z } from 'zod'
import { JsonSchemas } from './json-schemas.ts'

function check(schema: z.ZodType | Record<string, unknown>, value: unknown) {
  const text = schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input' }) : schema
  return new JsonSchemas().check(text, value)
}

it('points into values of any form', () => {
  expect(check(z.boolean(), 'yes')).toEqual([{ pointer: '#', detail: 'must be boolean' }])
  expect(check(z.array(z.int()), [1, 'x'])).toEqual([{ pointer: '#/1', detail: 'must be integer' }])
  expect(check(z.string(), 'yes')).toEqual([])
})

it('takes the formats of zod, and a pattern that only JavaScript without Unicode takes', () => {
  const formats = [
    z.email(),
    z.url(),
    z.uuid(),
    z.iso.date(),
    z.iso.datetime(),
    z.ipv4(),
    z.cuid2(),
    z.e164(),
  ]
  for (const format of formats) expect(check(format, '')).not.toEqual([])
  const odd = z.string().regex(/^[\w-.]+-$/)
  expect(check(odd, 'a.b-')).toEqual([])
  expect(check(odd, 'a b')).toHaveLength(1)
})

it('knows the schemas that are in use, however many others there were', () => {
  const schemas = new JsonSchemas()
  for (let max = 0; max < 210; max += 1) {
    expect(schemas.check({ type: 'integer', maximum: 7 }, 8)).toHaveLength(1)
    expect(schemas.check({ type: 'integer', maximum: max }, max)).toEqual([])
  }
})

it('takes an address as browsers do, and says plainly what is none', () => {
  expect(check(z.url(), 'https://de.wikipedia.org/wiki/Köln')).toEqual([])
  const detail = 'must be a whole address, like https://example.com'
  for (const text of ['notaurl', '/orders', 'https://']) {
    expect(check(z.url(), text)).toEqual([{ pointer: '#', detail }])
  }
})

it('says plainly what is missing of a value that is there', () => {
  expect(check(z.object({ a: z.string().optional() }).meta({ minProperties: 1 }), {})).toEqual([
    { pointer: '#', detail: 'must have at least 1 of its fields' },
  ])
  expect(check(z.string().regex(/\S/), ' ')).toEqual([{ pointer: '#', detail: 'must not be empty' }])
})
