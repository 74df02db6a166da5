import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FinalError } from '../errors.ts'
import { toQuestion, type AskedQuestion } from './to-question.ts'

const asked: AskedQuestion = {
  name: 'colour',
  prompt: 'Which colour?',
  schema: z.object({ colour: z.enum(['red', 'blue']), shade: z.string().default('light') }),
  expiresInMs: 60_000,
}

describe('toQuestion', () => {
  it('describes what is to be sent: defaults need not be', () => {
    expect(toQuestion(asked)).toMatchObject({
      name: 'colour',
      prompt: 'Which colour?',
      expiresInMs: 60_000,
      schema: { type: 'object', required: ['colour'], properties: { colour: { enum: ['red', 'blue'] } } },
    })
  })

  it.each(['', 'x'.repeat(129), '.', '..', 'a\0b', 'a\nb', '\uD800'])('refuses the name %j', (name) => {
    expect(() => toQuestion({ ...asked, name })).toThrow(FinalError)
  })

  it.each(['x'.repeat(128), 'Go on?', 'Größe/Länge', '…'])('takes the name %j', (name) => {
    expect(toQuestion({ ...asked, name })).toMatchObject({ name })
  })

  it.each([0, -1, 1.5, NaN, Infinity, 366 * 24 * 3_600_000])('refuses to wait for %d ms', (expiresInMs) => {
    expect(() => toQuestion({ ...asked, expiresInMs })).toThrow('expiresInMs of the question colour')
  })

  it('refuses a schema that JSON has no words for, and says what to ask for', () => {
    expect(() => toQuestion({ ...asked, schema: z.date() })).toThrow(/colour can't be shown.*Ask for JSON/)
  })

  it('refuses what does not fit into a message', () => {
    expect(() => toQuestion({ ...asked, prompt: '€'.repeat(17_000) })).toThrow(/has \d+ bytes/)
    const choices = Array.from({ length: 5_000 }, (_, index) => `choice-${index}`)
    expect(() => toQuestion({ ...asked, schema: z.enum(choices) })).toThrow(/has \d+ bytes/)
  })
})
