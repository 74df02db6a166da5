import { currencyDecimals } from '@headway/events'
import { erpRejected } from './erp-errors.ts'

/** Decimals that the ERP's forms take, whatever the currency. */
const ERP_DECIMALS = 2

/**
 * Writes minor units as the ERP wants them: major units with two decimals, like `12.50`. No step is a floating-point number.
 *
 * @throws FinalError where the currency has more decimals than that, and the price needs them
 */
export function toErpPrice(minorUnits: number, currency: string): string {
  const shift = ERP_DECIMALS - currencyDecimals(currency)
  const units = BigInt(minorUnits)
  const scale = 10n ** BigInt(Math.abs(shift))
  if (shift < 0 && units % scale !== 0n) {
    throw erpRejected([
      `${minorUnits} minor units of ${currency} have ${currencyDecimals(currency)} decimals, and the ERP takes ${ERP_DECIMALS}.`,
    ])
  }
  const hundredths = shift < 0 ? units / scale : units * scale
  const digits = String(hundredths < 0n ? -hundredths : hundredths).padStart(ERP_DECIMALS + 1, '0')
  const price = `${digits.slice(0, -ERP_DECIMALS)}.${digits.slice(-ERP_DECIMALS)}`
  return hundredths < 0n ? `-${price}` : price
}
