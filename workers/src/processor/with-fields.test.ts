import { expect, it } from 'vitest'
import { withFields } from './with-fields.ts'

it('adds its fields to every line, also to one of words alone', () => {
  const lines: [string, object, string][] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push([level, fields, message])
  const logger = withFields(
    { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    { jobId: 'j' },
  )
  logger.info('begun')
  logger.warn({ rows: 3 }, 'rows are left')
  expect(lines).toEqual([
    ['info', { jobId: 'j' }, 'begun'],
    ['warn', { jobId: 'j', rows: 3 }, 'rows are left'],
  ])
})
