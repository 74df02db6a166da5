import { describe, expect, it } from 'vitest'
import { SendQueue } from './send-queue.ts'

const limits = { maxPackets: 100, maxBytes: 1_000_000 }

describe('what waits for a connection', () => {
  it('is over the limit by number or by size, until it was handed on', () => {
    const queue = new SendQueue(limits)
    for (let n = 0; n < 100; n += 1) queue.add(10)
    expect(queue.isOverLimit).toBe(false)
    queue.add(10)
    expect(queue.isOverLimit).toBe(true)
    queue.flush()
    expect(queue.isOverLimit).toBe(false)
    queue.add(1_000_001)
    expect(queue.isOverLimit).toBe(true)
  })

  it('lags long before it is over the limit', () => {
    const queue = new SendQueue(limits)
    for (let n = 0; n < 33; n += 1) queue.add(10)
    expect([queue.isLagging, queue.isOverLimit]).toEqual([true, false])
  })

  it('does not count against the reader what he asked for', () => {
    const queue = new SendQueue(limits)
    for (let n = 0; n < 500; n += 1) {
      queue.grant(10_000)
      queue.add(10_000)
    }
    expect(queue.isOverLimit).toBe(false)
    for (let n = 0; n < 101; n += 1) queue.add(1)
    expect(queue.isOverLimit).toBe(true)
  })
})
