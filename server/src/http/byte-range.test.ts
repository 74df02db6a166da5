import { expect, it } from 'vitest'
import { parseByteRange, type ByteRange } from './byte-range.ts'

const whole: ByteRange = { outcome: 'whole' }
const unsatisfiable: ByteRange = { outcome: 'unsatisfiable' }
const part = (first: number, last: number): ByteRange => ({ outcome: 'part', first, last })

it.each<[string | undefined, number, ByteRange]>([
  [undefined, 10, whole],
  ['bytes=0-', 10, part(0, 9)],
  ['bytes=0-0', 10, part(0, 0)],
  ['bytes=3-5', 10, part(3, 5)],
  ['bytes=3-500', 10, part(3, 9)],
  ['BYTES=9-', 10, part(9, 9)],
  ['bytes=-4', 10, part(6, 9)],
  ['bytes=-400', 10, part(0, 9)],
  ['bytes=10-', 10, unsatisfiable],
  ['bytes=-0', 10, unsatisfiable],
  ['bytes=0-', 0, unsatisfiable],
  ['bytes=-1', 0, unsatisfiable],
  ['bytes=5-3', 10, whole],
  ['bytes=-', 10, whole],
  ['bytes=0-1,3-4', 10, whole],
  ['lines=0-1', 10, whole],
  ['bytes=a-b', 10, whole],
  ['bytes=1e3-', 10, whole],
  [`bytes=${'9'.repeat(400)}-`, 10, whole],
])('%s of %d bytes', (header, length, expected) => {
  expect(parseByteRange(header, length)).toEqual(expected)
})
