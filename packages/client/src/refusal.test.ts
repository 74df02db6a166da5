import type { ConnectErrorCode } from '@headway/events'
import { expect, it } from 'vitest'
import { isFinalRefusal } from './refusal.ts'

/** Whether a refusal is final: the first one, and one after a token was refused. */
const FINAL = {
  unauthorized: [false, true],
  token_expired: [false, true],
  bad_request: [true, true],
  rate_limited: [false, false],
  too_many_connections: [false, false],
  unavailable: [false, false],
} satisfies Record<ConnectErrorCode, [first: boolean, afterToken: boolean]>

it('renews a refused token once, waits where waiting helps, and gives up on the rest (C4)', () => {
  for (const [code, [first, afterToken]] of Object.entries(FINAL)) {
    expect(isFinalRefusal(code, undefined), code).toBe(first)
    expect(isFinalRefusal(code, 'rate_limited'), code).toBe(first)
    expect(isFinalRefusal(code, 'unauthorized'), code).toBe(afterToken)
    expect(isFinalRefusal(code, 'token_expired'), code).toBe(afterToken)
  }
})

it('tries again where the network failed', () => {
  expect(isFinalRefusal(undefined, undefined)).toBe(false)
  expect(isFinalRefusal(undefined, 'unauthorized')).toBe(false)
})
