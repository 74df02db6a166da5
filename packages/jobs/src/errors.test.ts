import { expect, it } from 'vitest'
import { DatabaseUnreachableError } from './errors.ts'

const refused = new Error('connect ECONNREFUSED')

it('names host and database of a Postgres that can not be reached, without its password', () => {
  const { message } = new DatabaseUnreachableError('postgres://ada:secret@db.example:5432/headway', refused)
  expect(message).toMatch(/^Postgres at db\.example:5432\/headway can't be used: connect ECONNREFUSED\./)
})

it.each(['', 'secret', 'ada:secret', 'ada:secret@db.example/headway', '//ada:secret@db.example'])(
  'says what an address looks like where %j was given, without repeating it',
  (url) => {
    const { message, cause } = new DatabaseUnreachableError(url, refused)
    expect(message).toContain('not of the form postgres://')
    expect(message).not.toContain('secret')
    expect(cause).toBe(refused)
  },
)
