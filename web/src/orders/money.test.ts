import { expect, it } from 'vitest'
import { formatMoney } from './money.ts'

it('writes money as people read it', () => {
  expect(formatMoney(123_456_789, 'EUR')).toBe('1,234,567.89 EUR')
  expect(formatMoney(1_250, 'JPY')).toBe('1,250 JPY')
})

it('writes every amount to the cent, up to the largest that can be stored', () => {
  expect(formatMoney(9_007_199_254_740_901, 'EUR')).toBe('90,071,992,547,409.01 EUR')
  expect(formatMoney(Number.MAX_SAFE_INTEGER, 'JPY')).toBe('9,007,199,254,740,991 JPY')
  expect(formatMoney(0, 'KWD')).toBe('0.000 KWD')
})
