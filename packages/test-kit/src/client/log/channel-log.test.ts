import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ChannelLog } from './channel-log.ts'

const MAX_AGE_MS = 1_000
let log: ChannelLog
let genesis: number

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] })
  log = new ChannelLog('all', { maxSize: 3, maxAgeMs: MAX_AGE_MS }, () => Date.now() * 1_000)
  genesis = log.head
})

afterEach(() => void vi.useRealTimers())

/** Appends a message so much later. */
function append(id: string, afterMs = 1): number {
  vi.setSystemTime(Date.now() + afterMs)
  return log.append({ type: 'CUSTOMER_UPDATED', payload: { customerId: id } }).seq
}

/** What a read finds: the ids, or why it can't be told. */
function idsOf(replay: ReturnType<ChannelLog['readAfter']>): unknown {
  if (replay.outcome === 'resync') return replay.reason
  return replay.messages.map(({ payload }) => (payload as { customerId: string }).customerId)
}

it('chains its messages from the genesis on', () => {
  const [first, second] = [append('1'), append('2', 0)]
  expect(second).toBe(first + 1)
  expect(idsOf(log.readAfter(genesis))).toEqual(['1', '2'])
  expect(idsOf(log.readAfter(first))).toEqual(['2'])
  expect(idsOf(log.readAfter(second))).toEqual([])
})

it('says why a gap can not be filled', () => {
  const seqs = ['1', '2', '3', '4'].map((id) => append(id))
  expect(idsOf(log.readAfter(genesis))).toBe('trimmed')
  expect(idsOf(log.readAfter(genesis - 1))).toBe('lost')
  expect(idsOf(log.readAfter(log.head + 1))).toBe('lost')
  expect(idsOf(log.readAfter((seqs[2] as number) + 1))).toBe('lost')
  vi.setSystemTime(Date.now() + MAX_AGE_MS + 10)
  expect(idsOf(log.readAfter(seqs[2] as number))).toBe('aged')
  expect(idsOf(log.readAfter(log.head))).toEqual([])
})

it('goes on behind the first message of a time, or with the next later one', () => {
  const start = Date.now()
  for (const id of ['1', '2', '3']) append(id, 10)
  expect(idsOf(log.readSince(start + 20))).toEqual(['3'])
  expect(idsOf(log.readSince(start + 15))).toEqual(['2', '3'])
  expect(idsOf(log.readSince(start))).toEqual(['1', '2', '3'])
  expect(idsOf(log.readSince(start - 1))).toBe('lost')
  expect(idsOf(log.readSince(start + 99))).toEqual([])
})

it('knows no cursor of before it was wiped', () => {
  const seq = append('1')
  log.wipe()
  expect(log.head).toBeGreaterThan(seq)
  expect(idsOf(log.readAfter(seq))).toBe('lost')
  const wiped = log.head
  append('2')
  expect(idsOf(log.readAfter(wiped))).toEqual(['2'])
})
