import { APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { otherDialect, toChatParams, USUAL_DIALECT, type Dialect } from './chat-request.ts'

function refusal(status: number, message: string, param?: string): APIError {
  return APIError.generate(status, { error: { message, param } }, undefined, new Headers())
}

function paramsIn(dialect: Dialect) {
  return toChatParams({ messages: [], tools: [], mayCall: true }, { model: 'm', maxTokens: 9, dialect })
}

const LONG = refusal(400, "'max_tokens' is not supported. Use 'max_completion_tokens' instead.", 'max_tokens')
const STRICT = refusal(422, 'body.stream_options: Extra inputs are not permitted')

describe('the dialect of an endpoint', () => {
  it('is the usual one at first', () => {
    expect(paramsIn(USUAL_DIALECT)).toMatchObject({ max_tokens: 9, stream_options: { include_usage: true } })
  })

  it('changes by what it minds, one thing after the other', () => {
    const first = otherDialect(USUAL_DIALECT, LONG)!
    expect(paramsIn(first)).toMatchObject({
      max_completion_tokens: 9,
      stream_options: { include_usage: true },
    })
    const second = otherDialect(first, STRICT)!
    expect(paramsIn(second)).toMatchObject({ max_completion_tokens: 9 })
    expect(paramsIn(second)).not.toHaveProperty('max_tokens')
    expect(paramsIn(second)).not.toHaveProperty('stream_options')
    expect([otherDialect(second, LONG), otherDialect(second, STRICT)]).toEqual([undefined, undefined])
  })

  it.each([
    ['another fault', refusal(400, 'max_tokens is too large: 9', 'max_tokens')],
    ['another status', refusal(500, 'stream_options')],
    ['no error of the endpoint', new Error('max_completion_tokens')],
  ])('is not changed by %s', (_what, error) => {
    expect(otherDialect(USUAL_DIALECT, error)).toBeUndefined()
  })
})
