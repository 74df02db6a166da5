import { expect, it } from 'vitest'
import { toErpPrice } from './erp-price.ts'

it.each([
  [0, 'EUR', '0.00'],
  [5, 'EUR', '0.05'],
  [50, 'EUR', '0.50'],
  [1250, 'EUR', '12.50'],
  [-1250, 'EUR', '-12.50'],
  [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91'],
  [1250, 'JPY', '1250.00'],
  [12_340, 'KWD', '12.34'],
  [1250, 'XYZ', '12.50'],
  [1250, 'no currency', '12.50'],
])('writes %i minor units of %s as %s', (units, currency, price) => {
  expect(toErpPrice(units, currency)).toBe(price)
})

it('refuses a price that needs more decimals than the form takes', () => {
  expect(() => toErpPrice(12_345, 'KWD')).toThrow(
    expect.objectContaining({ code: 'erp_rejected', message: expect.stringContaining('3 decimals') }),
  )
})
