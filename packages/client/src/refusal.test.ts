import type { ConnectErrorCode } from '@headway/events'
import { expect, it } from 'vitest'
import { judgeRefusal, type RefusalVerdict } from './refusal.ts'

const VERDICTS = {
  unauthorized: ['renew', 'reject'],
  token_expired: ['renew', 'reject'],
  bad_request: ['reject', 'reject'],
  rate_limited: ['retry', 'retry'],
  too_many_connections: ['retry', 'retry'],
  unavailable: ['retry', 'retry'],
} satisfies Record<ConnectErrorCode, [renewable: RefusalVerdict, not: RefusalVerdict]>

it('renews a refused token once, waits where waiting helps, and gives up on the rest (C4)', () => {
  for (const [code, [renewable, not]] of Object.entries(VERDICTS)) {
    expect(judgeRefusal(code as ConnectErrorCode, true), code).toBe(renewable)
    expect(judgeRefusal(code as ConnectErrorCode, false), code).toBe(not)
  }
})

it('tries again where the network failed', () => {
  expect(judgeRefusal(undefined, false)).toBe('retry')
})
