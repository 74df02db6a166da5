import { expect, it } from 'vitest'
import { formatMoney, toDecimalText, toMinorUnits } from './money.ts'

it.each([
  ['12.5', 'EUR', 1250],
  ['12,50', 'EUR', 1250],
  ['0.07', 'EUR', 7],
  ['1250', 'JPY', 1250],
  ['1.005', 'TND', 1005],
])('reads %s %s as %d minor units', (text, currency, minorUnits) => {
  expect(toMinorUnits(text, currency)).toBe(minorUnits)
})

it.each([
  ['1.005', 'EUR'],
  ['1.5', 'JPY'],
  ['-1', 'EUR'],
  ['1e3', 'EUR'],
  ['', 'EUR'],
])('takes %s %s for no price', (text, currency) => {
  expect(toMinorUnits(text, currency)).toBeUndefined()
})

it('writes what it reads', () => {
  expect(toDecimalText(7, 'EUR')).toBe('0.07')
  expect(toDecimalText(1250, 'JPY')).toBe('1250')
  expect(formatMoney(123_456_789, 'EUR')).toBe('1,234,567.89 EUR')
})
