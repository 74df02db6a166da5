import { expect, it } from 'vitest'
import { writePrice } from './price.ts'

it.each([
  [0, 'EUR', '0.00'],
  [7, 'EUR', '0.07'],
  [123_456, 'EUR', '1234.56'],
  [120, 'JPY', '120'],
  [5, 'KWD', '0.005'],
  [18_000_000_000_000_001n, 'EUR', '180000000000000.01'],
])('writes %s minor units of %s as %s', (minorUnits, currency, text) => {
  expect(writePrice(minorUnits, currency)).toBe(text)
})
