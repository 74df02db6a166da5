import { describe, expect, it } from 'vitest'
import { ANSWER_MAX_BYTES, RoundReader, type ModelRound } from './round-reader.ts'

type Part = Record<string, unknown>

function chunkOf(delta: Part, reason: string | null = null) {
  return { id: 'x', choices: [{ index: 0, delta, finish_reason: reason }], system_fingerprint: 'y' }
}

function callOf(part: Part): Part {
  return { tool_calls: [part] }
}

function read(...chunks: unknown[]): ModelRound {
  const reader = new RoundReader({ maxTokens: 100 })
  for (const chunk of chunks) reader.take(chunk)
  return reader.finish()
}

const done = chunkOf({}, 'stop')

describe('a round', () => {
  it('is the text of its chunks, and what it has cost', () => {
    const reader = new RoundReader({ maxTokens: 100 })
    const first = { role: 'assistant', content: '', refusal: null, reasoning_content: 'Hm.' }
    expect(reader.take(chunkOf(first))).toBe('')
    expect(reader.take(chunkOf({ content: 'Hi ' }))).toBe('Hi ')
    reader.take({ choices: [], prompt_filter_results: [] })
    reader.take(chunkOf({ content: '👋' }))
    reader.take(done)
    reader.take({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })
    const usage = { promptTokens: 3, completionTokens: 2 }
    expect(reader.finish()).toEqual({ text: 'Hi 👋', toolCalls: [], usage })
  })

  it('puts calls together from their parts, by index', () => {
    const { toolCalls } = read(
      chunkOf(callOf({ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '' } })),
      chunkOf(callOf({ index: 1, id: 'b', function: { name: 'two', arguments: '{"x"' } })),
      chunkOf(callOf({ index: 0, function: { arguments: '{}' } })),
      chunkOf(callOf({ index: 1, id: 'b', function: { arguments: ':1}' } })),
      chunkOf({}, 'tool_calls'),
    )
    expect(toolCalls).toEqual([
      { id: 'a', name: 'one', arguments: '{}' },
      { id: 'b', name: 'two', arguments: '{"x":1}' },
    ])
  })

  it('tells calls apart by their ids where all have one index, or none', () => {
    for (const index of [0, undefined]) {
      const { toolCalls } = read(
        chunkOf(callOf({ index, id: 'a', function: { name: 'one', arguments: '{' } })),
        chunkOf(callOf({ index, function: { arguments: '}' } })),
        chunkOf(callOf({ index, id: 'b', function: { name: 'two', arguments: '{}' } })),
        done,
      )
      expect(toolCalls.map(({ id, name }) => [id, name])).toEqual([
        ['a', 'one'],
        ['b', 'two'],
      ])
      expect(toolCalls.map((call) => call.arguments)).toEqual(['{}', '{}'])
    }
  })

  it.each([
    ['no end', [chunkOf({ content: 'Hi' })], /broke off/, 'llm_unavailable'],
    ['nothing', [done], /with nothing/, 'llm_bad_answer'],
    ['blanks', [chunkOf({ content: ' \n' }), done], /with nothing/, 'llm_bad_answer'],
    ['a refusal', [chunkOf({ refusal: 'No.' }), done], /refuses to answer: No\./, 'llm_refused'],
    ['a stop by a filter', [chunkOf({ content: 'Hi' }, 'content_filter')], /filter/, 'llm_refused'],
    ['a cut', [chunkOf({ content: 'Hi' }, 'length')], /cut at 100 tokens/, 'llm_answer_too_long'],
    ['another form', [{ choices: 'none' }], /none of a chat completion/, 'llm_bad_answer'],
    ['no object', ['Hi'], /none of a chat completion/, 'llm_bad_answer'],
  ])('is none with %s', (_what, chunks, message, code) => {
    expect(() => read(...chunks)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('has an end in bytes, however small its chunks are', () => {
    const reader = new RoundReader({ maxTokens: 100 })
    const euro = '€'.repeat(1000)
    for (let bytes = 3000; bytes <= ANSWER_MAX_BYTES; bytes += 3000) reader.take(chunkOf({ content: euro }))
    expect(() => reader.take(chunkOf({ content: euro }))).toThrow(/more than 131072 bytes/)
  })
})
