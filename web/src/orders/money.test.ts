import { expect, it } from 'vitest'
import { formatMoney } from './money.ts'

it('writes money as people read it', () => {
  expect(formatMoney(123_456_789, 'EUR')).toBe('1,234,567.89 EUR')
  expect(formatMoney(1_250, 'JPY')).toBe('1,250 JPY')
})
