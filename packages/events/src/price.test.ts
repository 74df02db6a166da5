import { expect, it } from 'vitest'
import { readPrice, writePrice } from './price.ts'

it.each([
  ['12.5', 'EUR', 1250],
  [' 12,50 ', 'EUR', 1250],
  ['0.07', 'EUR', 7],
  ['0.29', 'EUR', 29],
  ['1250', 'JPY', 1250],
  ['1250', 'jpy', 1250],
  ['1.005', 'TND', 1005],
  ['12.50', '', 1250],
])('reads %s %s as %d minor units', (text, currency, minorUnits) => {
  expect(readPrice(text, currency)).toBe(minorUnits)
})

it.each([
  ['1.005', 'EUR'],
  ['1.5', 'JPY'],
  ['-1', 'EUR'],
  ['1e3', 'EUR'],
  ['1,000.00', 'EUR'],
  ['', 'EUR'],
])('takes %s %s for no price', (text, currency) => {
  expect(readPrice(text, currency)).toBeUndefined()
})

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
