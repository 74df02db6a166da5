import { expect, it } from 'vitest'
import { IdempotencyKeys } from './idempotency-keys.ts'

it('repeats the key for the same input until the start has succeeded', () => {
  const keys = new IdempotencyKeys()
  const first = keys.keyFor({ steps: 1 })
  expect(keys.keyFor({ steps: 1 })).toBe(first)
  keys.renew()
  expect(keys.keyFor({ steps: 1 })).not.toBe(first)
})

it('takes another key for another input', () => {
  const keys = new IdempotencyKeys()
  expect(keys.keyFor({ steps: 1 })).not.toBe(keys.keyFor({ steps: 2 }))
})
