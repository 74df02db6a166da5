import { expect, it } from 'vitest'
import { BadRows } from './bad-rows.ts'

it('writes the rows in the order of the file, each with its reason', () => {
  const rows = new BadRows()
  expect(rows.isEmpty).toBe(true)
  rows.add([{ line: 3, reason: 'b', fields: { sku: '=1+1' } }])
  rows.add([{ line: 2, reason: 'a', fields: { order: 'PO-1' } }])
  expect(rows.toCsv().split('\n')).toEqual([
    'line,reason,order,customerId,customerName,currency,sku,description,quantity,unitPrice,note',
    '2,a,PO-1,,,,,,,,',
    "3,b,,,,,'=1+1,,,,",
    '',
  ])
})

it.each([
  ['many', 20_000, 'x', 10_000],
  ['long', 100, 'x'.repeat(262_144), 32],
])('holds the first of rows that are too %s', (_what, count, note, kept) => {
  const rows = new BadRows()
  const fields = { note }
  for (let line = 1; line <= count; line += 1) rows.add([{ line, reason: '', fields }])
  const lines = rows.toCsv().trim().split('\n')
  expect(lines).toHaveLength(1 + kept)
  expect(lines.at(-1)).toMatch(new RegExp(`^${kept},`))
})
