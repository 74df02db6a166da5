import { describe, expect, it } from 'vitest'
import { queueWords } from './queue-words.ts'

const now = Date.parse('2030-01-01T00:00:00.000Z')
const after = (ms: number) => new Date(now + ms).toISOString()

describe('why a job waits', () => {
  it('is said with the time of the next try, while that is to come', () => {
    const busy = { reason: 'busy', notBefore: after(7_400) } as const
    expect(queueWords(busy, now)).toBe('Waiting for another job of yours; next try in 8 s')
    expect(queueWords(busy, now + 7_400)).toBe('Waiting for another job of yours')
    expect(queueWords({ ...busy, notBefore: after(90_000) }, now)).toContain('next try in 1 min 30 s')
  })

  it('is said without one where there is none', () => {
    expect(queueWords({ reason: 'preempted' }, now)).toBe('Gave way to a more urgent job of yours')
  })

  it('is the worker where nobody has told', () => {
    expect(queueWords(null, now)).toBe('Waiting for a worker')
  })
})
