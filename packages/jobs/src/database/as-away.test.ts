import { expect, it } from 'vitest'
import { DatabaseAwayError, DatabaseTimeoutError } from '../errors.ts'
import { asAway } from './as-away.ts'

const withCode = (code: string) => Object.assign(new Error('no'), { code })

function thrownFor(error: unknown): unknown {
  try {
    return asAway(error)
  } catch (thrown) {
    return thrown
  }
}

it.each([
  ['a refused connection', withCode('ECONNREFUSED')],
  ['a connection that broke', withCode('ECONNRESET')],
  ['a Postgres that stops', withCode('57P01')],
  ['a Postgres that starts', withCode('57P03')],
  ['a Postgres without room for another connection', withCode('53300')],
  ['a connection that ended under a statement', new Error('Connection terminated unexpectedly')],
  ['a connection that was not made in time', new Error('timeout exceeded when trying to connect')],
])('is away: %s (J77)', (_, cause) => {
  expect(() => asAway(cause)).toThrow(DatabaseAwayError)
  expect(() => asAway(cause)).toThrow(expect.objectContaining({ code: 'unavailable', cause }))
})

it.each([
  ['a statement that is wrong', withCode('42601')],
  ['a statement at its limit', withCode('57014')],
  ['a row that is there', withCode('23505')],
  ['a frozen one, which is known to be away', new DatabaseTimeoutError(1)],
  ['a text', 'no'],
])('is handed on: %s (J77)', (_, error) => {
  expect(thrownFor(error)).toBe(error)
})
