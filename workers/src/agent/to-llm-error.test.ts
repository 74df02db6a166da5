import { APIConnectionError, APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { FinalError, RetryableError } from '../errors.ts'
import { toLlmError } from './to-llm-error.ts'

const facts = { model: 'small', apiKey: 'sk-secret', now: Date.UTC(2026, 0, 1) }

function ofStatus(status: number, message: string, headers: Record<string, string> = {}): Error {
  const error = APIError.generate(status, { error: { message } }, undefined, new Headers(headers))
  return toLlmError(error, facts)
}

describe('an error of the endpoint', () => {
  it('says what happened, what was said, and what to do, in one line', () => {
    expect(ofStatus(401, 'Bad\n  key').message).toBe(
      "The model's endpoint refuses the key (401): Bad key. Set LLM_API_KEY of the workers.",
    )
  })

  it('repeats no more than so much, and never the key', () => {
    const { message, cause } = ofStatus(500, `Bearer sk-secret ${'x'.repeat(5000)}`)
    expect(message).toContain('Bearer [key] xxx')
    expect(message.length).toBeLessThan(500)
    expect(cause).toBeUndefined()
  })

  it.each([400, 401, 403, 404, 413, 422, 301, 307])('is final with the status %i', (status) => {
    expect(ofStatus(status, 'No')).toBeInstanceOf(FinalError)
  })

  it.each([408, 409, 425, 429, 500, 502, 503, 504, 529])('may pass with the status %i', (status) => {
    expect(ofStatus(status, 'Later')).toBeInstanceOf(RetryableError)
  })

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    ['a date that is over', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative time', { 'retry-after-ms': '-5' }, undefined],
    ['nothing', {}, undefined],
  ])('says when to come again, by %s', (_what, headers, retryAfterMs) => {
    for (const status of [429, 503]) {
      expect(ofStatus(status, 'Later', headers)).toMatchObject({ retryAfterMs })
    }
  })

  it('names the fault of the network and no address', () => {
    const fault = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:443'), { code: 'ECONNREFUSED' })
    const cause = new TypeError('fetch failed', { cause: fault })
    const error = toLlmError(new APIConnectionError({ message: 'Connection error.', cause }), facts)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toBe(
      "The model's endpoint can't be reached, or the connection to it was cut (ECONNREFUSED).",
    )
  })

  it('is tried again where nothing is known of it, and kept where it is ours', () => {
    expect(toLlmError('what?', facts)).toBeInstanceOf(RetryableError)
    const own = new FinalError('Ours.')
    expect(toLlmError(own, facts)).toBe(own)
  })
})
