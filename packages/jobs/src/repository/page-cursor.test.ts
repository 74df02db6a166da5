import { describe, expect, it } from 'vitest'
import { InvalidCursorError } from '../errors.ts'
import { formatPageCursor, parsePageCursor } from './page-cursor.ts'

const jobId = '0190b7d2-0000-4000-8000-000000000001'
const encode = (text: string) => Buffer.from(text).toString('base64url')

describe('page cursor', () => {
  it('reads back what it wrote', () => {
    const end = { createdAt: new Date('2026-01-01T00:00:00.123Z'), jobId }
    expect(parsePageCursor(formatPageCursor(end))).toEqual(end)
  })

  it.each([
    '',
    'x',
    '%%%',
    encode(`-1.${jobId}`),
    encode('1.not-an-id'),
    encode(`999999999999999.${jobId}`),
    encode(`1e3.${jobId}`),
  ])('refuses %j', (cursor) => {
    expect(() => parsePageCursor(cursor)).toThrow(InvalidCursorError)
  })
})
