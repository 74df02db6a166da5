import { describe, expect, it } from 'vitest'
import { isNotFound, isTokenRefusal, parseProblem } from './api-error.ts'

describe('parseProblem', () => {
  it('keeps code, detail and the refused fields of a problem document', () => {
    const error = parseProblem(400, {
      code: 'bad_request',
      title: 'Bad request',
      detail: 'The input was refused.',
      errors: [
        { path: ['viewport', 'width'], message: 'Too small' },
        { pointer: '#/url', detail: 'Not a URL' },
      ],
      requestId: 'r-1',
    })
    expect(error).toMatchObject({ code: 'bad_request', status: 400, requestId: 'r-1' })
    expect(error.message).toBe('The input was refused.')
    expect(error.refusedFields).toEqual([
      { path: 'viewport.width', message: 'Too small' },
      { path: 'url', message: 'Not a URL' },
    ])
  })

  it('makes an error of the status alone when a proxy answered', () => {
    const error = parseProblem(502, '<html>Bad gateway</html>')
    expect(error).toMatchObject({ code: 'unavailable', status: 502, refusedFields: [] })
    expect(error.message).toContain('502')
  })

  it('ignores a code that it does not know', () => {
    expect(parseProblem(500, { code: 'brand_new' }).code).toBe('internal')
  })

  it('tells a refused token and a missing job apart from the rest', () => {
    expect(isTokenRefusal(parseProblem(401, { code: 'token_expired' }))).toBe(true)
    expect(isNotFound(parseProblem(404, {}))).toBe(true)
    expect(isTokenRefusal(new Error('other'))).toBe(false)
  })
})
