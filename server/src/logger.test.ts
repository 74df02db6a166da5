import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJlLWNhbmFyeQ'

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const destination = new PassThrough()
  write(createLogger({ level: 'debug', destination }))
  return String(destination.read())
}

it.each<[string, object, string]>([
  ['a field', { token: jwt, cookie: 'canary', authorization: 'Bearer canary' }, 'x'],
  ['a nested field', { request: { headers: { authorization: 'canary' } }, auth: { token: jwt } }, 'x'],
  ['a URL', { url: '/api/jobs/1/artifacts/2?a=1&token=canary' }, 'x'],
  ['the message', {}, `GET /x?token=${jwt} with Bearer canary`],
  ['an error', { err: new Error(`connect redis://:canary@host failed for ${jwt}`) }, 'x'],
  [
    'the cause of an error',
    { err: new Error('x', { cause: new Error('postgres://u:canary@host/db') }) },
    'x',
  ],
  [
    'what a driver hangs on its error',
    { err: Object.assign(new Error('x'), { detail: 'canary', args: ['canary'] }) },
    'x',
  ],
])('takes secrets out of %s', (_, fields, message) => {
  const line = logged((logger) => logger.warn(fields, message))
  expect(line).not.toMatch(/canary|eyJhbGciOiJIUzI1NiJ9/)
  expect(line).toContain('"level":40')
})

it('keeps the type, code and stack of an error', () => {
  const error = Object.assign(new TypeError('no route'), { code: 'ECONNREFUSED' })
  const line = JSON.parse(logged((logger) => logger.error({ err: error }, 'x'))) as { err: object }
  expect(line.err).toMatchObject({ type: 'TypeError', message: 'no route', code: 'ECONNREFUSED' })
})

it('stays one line without control characters whatever is logged', () => {
  const line = logged((logger) => logger.info({ label: 'a\r\n{"level":60}\u001b[31m' }, 'b\r\nc\u001b'))
  expect(Math.min(...Buffer.from(line.trimEnd()))).toBeGreaterThanOrEqual(0x20)
})
