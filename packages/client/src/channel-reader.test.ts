import { describe, expect, it } from 'vitest'
import { FakeLog } from '../test/fake-log.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { ChannelReader } from './channel-reader.ts'
import { placeMessage, type DurableMessage } from './cursor.ts'

function message(seq: number, prev: number): DurableMessage {
  return {
    type: 'CUSTOMER_UPDATED',
    payload: { customerId: String(seq) },
    timestamp: '2030-01-01T00:00:00.000Z',
    channel: 'user:ada',
    seq,
    prev,
  }
}

describe('placeMessage', () => {
  const seen = new Map([[30, 20]])

  it.each([
    ['next', 30, message(40, 30)],
    ['gap', 30, message(50, 40)],
    ['duplicate', 30, message(30, 20)],
    ['rewritten', 30, message(20, 10)],
    ['rewritten', 30, message(30, 25)],
    ['early', undefined, message(40, 30)],
  ] as const)('%s', (placement, cursor, arriving) => {
    expect(placeMessage({ cursor, seen }, arriving)).toBe(placement)
  })
})

describe('ChannelReader', () => {
  it('delivers what follows the cursor and drops what it has seen (D1)', () => {
    const reader = new ChannelReader(10)
    expect(reader.accept(message(20, 10)).deliver).toHaveLength(1)
    expect(reader.accept(message(20, 10))).toEqual({ deliver: [], isBehind: false })
    expect(reader.cursor).toBe(20)
  })

  it('keeps what came over a gap until the gap is filled (D2)', () => {
    const reader = new ChannelReader(10)
    expect(reader.accept(message(30, 20))).toEqual({ deliver: [], isBehind: true })
    const filled = reader.accept(message(20, 10))
    expect(filled.deliver.map(({ seq }) => seq)).toEqual([20, 30])
    expect(filled.isBehind).toBe(false)
  })

  it('asks about a number at or below the cursor that it has never seen (D3)', () => {
    expect(new ChannelReader(100).accept(message(50, 40)).isBehind).toBe(true)
  })

  it('begins at a snapshot and drops what that covers', () => {
    const reader = new ChannelReader()
    reader.accept(message(20, 10))
    reader.accept(message(30, 20))
    expect(reader.start(20).deliver.map(({ seq }) => seq)).toEqual([30])
  })

  it('delivers each message once and in order, however they are lost, repeated and swapped (D1, D2)', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed)
      const log = new FakeLog('user:ada', () => 0)
      const reader = new ChannelReader(log.head)
      const delivered: number[] = []
      const published: number[] = []
      const take = (arriving: DurableMessage): boolean => {
        const { deliver, isBehind } = reader.accept(arriving)
        delivered.push(...deliver.map(({ seq }) => seq ?? 0))
        return isBehind
      }
      const heal = (): void => {
        const replay = log.readAfter(reader.cursor ?? 0)
        if (replay.outcome === 'replay')
          for (const entry of replay.entries) take(entry.message as DurableMessage)
      }
      for (let step = 0; step < 60; step++) {
        const appended = log.append({ type: 'CUSTOMER_UPDATED', payload: {} }) as DurableMessage
        published.push(appended.seq)
        const fate = pick(random, ['sent', 'sent', 'lost', 'twice', 'late'])
        if (fate === 'lost') continue
        if (fate === 'late') take(log.append({ type: 'CUSTOMER_UPDATED', payload: {} }) as DurableMessage)
        if (fate === 'late') published.push(log.head)
        const isBehind = take(appended)
        if (fate === 'twice') take(appended)
        if (isBehind && random() < 0.5) heal()
        expect(delivered, `seed ${seed}, step ${step}`).toEqual(published.slice(0, delivered.length))
      }
      heal()
      expect(delivered, `seed ${seed}`).toEqual(published)
    }
  })
})
