import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineOperation, type Operation } from './define-operation.ts'
import { agent } from './operations/agent.ts'
import { capturePage } from './operations/capture-page.ts'
import { extractPage } from './operations/extract-page.ts'
import { updateCustomer } from './operations/update-customer.ts'

const definition = {
  type: 'shout',
  description: 'Repeats a word, louder.',
  input: z.object({ word: z.string().meta({ title: 'Word' }), times: z.int().default(1) }),
  timeoutMs: 1000,
  run: async () => null,
}

describe('defineOperation', () => {
  it('describes what a client sends: defaults are optional, unknown fields are refused', () => {
    expect(defineOperation(definition).inputSchema).toMatchObject({
      type: 'object',
      properties: { word: { type: 'string', title: 'Word' }, times: { type: 'integer', default: 1 } },
      required: ['word'],
      additionalProperties: false,
    })
  })

  it('fills in defaults, and refuses what does not fit for good', () => {
    const operation = defineOperation(definition)
    expect(operation.parseInput({ word: 'hello' })).toEqual({ word: 'hello', times: 1 })
    expect(() => operation.parseInput({ word: 7, colour: 'red' })).toThrow(
      'The input does not fit the operation shout: #/word must be a string; #/colour is not known.',
    )
    expect(() => operation.parseInput({})).toThrow(
      expect.objectContaining({ code: 'bad_request', name: 'FinalError' }),
    )
  })

  it.each<[Operation, Record<string, unknown>]>([
    [capturePage, { url: { format: 'uri' } }],
    [extractPage, { url: { format: 'uri' } }],
    [agent, { query: { pattern: '\\S' } }],
    [updateCustomer, { fields: { minProperties: 1 } }],
  ])('lets the server refuse %# what the operation itself would', ({ inputSchema }, properties) => {
    expect(inputSchema).toMatchObject({ properties })
  })

  it('refuses an input that no client could send as JSON, and names the operation', () => {
    const input = z.object({ at: z.date() })
    expect(() => defineOperation({ ...definition, input })).toThrow(/^The input of shout .*Date cannot be/)
  })

  it('has sensible values for what is not said', () => {
    expect(defineOperation(definition)).toMatchObject({
      exclusive: false,
      priority: 0,
      needsBrowser: false,
      maxFailures: 3,
    })
  })

  it.each([0, -1, 1.5, 2 ** 31])('refuses a timeout of %s, which no timer keeps', (timeoutMs) => {
    expect(() => defineOperation({ ...definition, timeoutMs })).toThrow('timeoutMs of shout')
  })

  it.each(['a b', '', 'a/b', 'é', 'x'.repeat(65), 7, undefined])('refuses the type %j', (type) => {
    const define = () => defineOperation({ ...definition, type: type as string })
    expect(define).toThrow(`The type of an operation is ${JSON.stringify(type)}; use 1 to 64 letters, digits`)
  })

  it.each([
    ['undefined', undefined],
    ["{ word: 'string' }", { word: 'string' }],
    ['a zod schema of the kind string', z.string()],
    ['a zod schema of the kind pipe', z.object({}).transform(() => ({}))],
  ])('refuses as its input %s, which describes no fields', (shown, input) => {
    const define = () => defineOperation({ ...definition, input: input as never })
    expect(define).toThrow(
      new TypeError(
        `The input of shout is ${shown}; set an object schema of zod 4, as z.object({ word: z.string() }).`,
      ),
    )
  })

  it('refuses one that does nothing', () => {
    const idle = { ...definition, run: undefined as never }
    expect(() => defineOperation(idle)).toThrow('run of shout is no function; set the one')
  })
})
