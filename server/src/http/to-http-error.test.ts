import { ArtifactStorageError, DatabaseAwayError, InvalidCursorError } from '@headway/jobs'
import { expect, it } from 'vitest'
import { TokenError } from '../auth/token-error.ts'
import { HttpError } from './http-error.ts'
import { toHttpError } from './to-http-error.ts'

const redisReply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' })
const withCode = (code: string) => Object.assign(new Error('canary'), { code })

it.each([
  ['an answer of ours', new HttpError('not_found', 'x'), 404, 'not_found'],
  ['a refused token', new TokenError('token_expired', 'x'), 401, 'token_expired'],
  ['keys that cannot be had', new TokenError('unavailable', 'x'), 503, 'unavailable'],
  ['a strange cursor', new InvalidCursorError(), 400, 'bad_request'],
  ['a body that is too large', { status: 413, message: 'canary' }, 413, 'payload_too_large'],
  ['a compressed body', { status: 415, message: 'canary' }, 415, 'bad_request'],
  ['a malformed path', Object.assign(new URIError('canary'), { status: 400 }), 400, 'bad_request'],
  ['a refused connection', withCode('ECONNREFUSED'), 503, 'unavailable'],
  ['a Postgres that is away', new DatabaseAwayError(withCode('57P01')), 503, 'unavailable'],
  ['a statement that took too long', withCode('57014'), 503, 'unavailable'],
  ['a Redis that is gone', new Error("Stream isn't writeable and canary"), 503, 'unavailable'],
  ['a Redis that is silent', new Error('Command timed out'), 503, 'unavailable'],
  ['a Redis that starts', redisReply('LOADING canary'), 503, 'unavailable'],
  ['a wrong command of Redis', redisReply('ERR canary'), 500, 'internal'],
  ['a bucket that is away', new ArtifactStorageError('x', { reason: 'canary' }), 503, 'unavailable'],
  ['a statement that is wrong', withCode('42601'), 500, 'internal'],
  ['an error of a server that we called', { status: 502 }, 500, 'internal'],
  ['a text', 'canary', 500, 'internal'],
  ['nothing', undefined, 500, 'internal'],
])('%s', (_, thrown, status, code) => {
  const error = toHttpError(thrown)
  expect([error.status, error.code]).toEqual([status, code])
  expect(error.message).not.toMatch(/canary/)
})

it('keeps the cause of a failure of ours for the log', () => {
  const cause = withCode('42601')
  expect(toHttpError(cause).cause).toBe(cause)
})
