import { expect, it } from 'vitest'
import { releaseTime } from './fault.ts'

const always = (value: number) => () => value

it('lets a chunk pass at once, behind the one before it', () => {
  expect(releaseTime({ mode: 'pass' }, { bytes: 1, nowMs: 5, previousMs: 0 }, always(1))).toBe(5)
  expect(releaseTime({ mode: 'pass' }, { bytes: 1, nowMs: 5, previousMs: 9 }, always(1))).toBe(9)
})

it('never lets jitter change the order', () => {
  const fault = { mode: 'latency', ms: 100, jitterMs: 50 } as const
  const first = releaseTime(fault, { bytes: 1, nowMs: 0, previousMs: 0 }, always(1))
  expect(first).toBe(150)
  expect(releaseTime(fault, { bytes: 1, nowMs: 10, previousMs: first }, always(0))).toBe(150)
})

it('spends the bandwidth chunk by chunk', () => {
  const fault = { mode: 'bandwidth', bytesPerSecond: 1_000 } as const
  expect(releaseTime(fault, { bytes: 500, nowMs: 0, previousMs: 0 }, always(0))).toBe(500)
  expect(releaseTime(fault, { bytes: 500, nowMs: 0, previousMs: 500 }, always(0))).toBe(1_000)
})
