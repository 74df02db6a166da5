import { describe, expect, it } from 'vitest'
import { decideReplay, decideReplaySince, type LogEntry, type LogReading } from './replay-decision.ts'

const MAX_AGE_MS = 1_000
const SECOND = 1_000_000
const NOW = 100 * SECOND

function entry(seq: number, prev: number, timestampMs = seq / 1_000): LogEntry {
  const message = { timestamp: new Date(timestampMs).toISOString() }
  return { seq, prev, text: JSON.stringify(['event', message]) }
}

function reading(changes: Partial<LogReading>): LogReading {
  return {
    head: NOW - 1,
    genesis: NOW - 50 * SECOND,
    now: NOW,
    oldestPrev: undefined,
    isCursorKept: false,
    entries: [],
    ...changes,
  }
}

describe('the replay rule', () => {
  it('finds nothing missed at the head, however old that is', () => {
    const head = NOW - 40 * SECOND
    expect(decideReplay(head, reading({ head }), MAX_AGE_MS)).toEqual({ outcome: 'current', head })
  })

  it('replays what follows if its predecessor is the cursor', () => {
    const entries = [entry(NOW - 5, NOW - 9), entry(NOW - 1, NOW - 5)]
    const outcome = decideReplay(NOW - 9, reading({ entries, oldestPrev: NOW - 9 }), MAX_AGE_MS)
    expect(outcome).toEqual({ outcome: 'replay', head: NOW - 1, entries })
  })

  it.each([
    ['lost', 'is beyond the head', NOW + 5, {}],
    ['lost', 'is before the genesis', NOW - 51 * SECOND, {}],
    [
      'lost',
      'lies between the messages kept',
      NOW - 4,
      { oldestPrev: NOW - 9, entries: [entry(NOW - 1, NOW - 5)] },
    ],
    ['aged', 'is older than the age limit', NOW - 2 * SECOND, {}],
    [
      'trimmed',
      'is within the age limit',
      NOW - 9,
      { oldestPrev: NOW - 5, entries: [entry(NOW - 1, NOW - 5)] },
    ],
  ])('answers resync: %s for a cursor that %s', (reason, _which, cursor, changes) => {
    expect(decideReplay(cursor, reading(changes), MAX_AGE_MS)).toMatchObject({ outcome: 'resync', reason })
  })
})

describe('the replay rule by time', () => {
  const base = Math.floor(NOW / 1_000) - 100
  const at = (ms: number) => (base + ms) * 1_000
  const entries = [entry(at(10), at(2)), entry(at(20), at(10), base + 10), entry(at(30), at(20))]
  const log = reading({ head: at(30), genesis: at(-500), oldestPrev: at(2), entries })
  const seqs = (timestampMs: number, from = log) => {
    const outcome = decideReplaySince(timestampMs, from, MAX_AGE_MS)
    return outcome.outcome === 'replay' ? outcome.entries.map((each) => each.seq) : outcome.outcome
  }

  it('goes on behind the first message of that time', () => {
    expect(seqs(base + 10)).toEqual([at(20), at(30)])
    expect(seqs(base + 30)).toBe('current')
  })

  it('begins with the first later one where none has that time', () => {
    expect(seqs(base + 25)).toEqual([at(30)])
    expect(seqs(base + 5)).toEqual([at(10), at(20), at(30)])
    expect(seqs(base + 99)).toBe('current')
  })

  it('says resync where an earlier message may be missing', () => {
    expect(seqs(base + 2)).toBe('resync')
    expect(seqs(base + 1)).toBe('resync')
  })

  it('trusts the genesis, which is no message', () => {
    expect(seqs(base + 2, { ...log, genesis: at(2) })).toEqual([at(10), at(20), at(30)])
    expect(seqs(base, reading({ head: at(0), genesis: at(0) }))).toBe('current')
    expect(seqs(base - 1, reading({ head: at(0), genesis: at(0) }))).toBe('resync')
  })
})
