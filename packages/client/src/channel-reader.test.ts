import { describe, expect, it } from 'vitest'
import { FakeLog } from '../test/fake-log.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { ChannelReader } from './channel-reader.ts'

type Place = { seq: number; prev: number }

function message(seq: number, prev: number): Place {
  return { seq, prev }
}

describe('ChannelReader', () => {
  it.each([
    ['next', 30, message(40, 30)],
    ['duplicate', 30, message(30, 20)],
    // A gap.
    ['astray', 30, message(50, 40)],
    // A log that was rewritten.
    ['astray', 30, message(20, 10)],
    ['astray', 30, message(30, 25)],
    // No cursor yet.
    ['astray', undefined, message(40, 30)],
  ] as const)('knows which is %s', (place, cursor, arriving) => {
    const reader = new ChannelReader(20)
    reader.take(message(30, 20))
    reader.cursor = cursor
    expect(reader.take(arriving)).toBe(place)
  })

  it('goes on with what follows the cursor and drops what it has seen (D1)', () => {
    const reader = new ChannelReader(10)
    expect(reader.take(message(20, 10))).toBe('next')
    expect(reader.take(message(20, 10))).toBe('duplicate')
    expect(reader.cursor).toBe(20)
  })

  it('stays where it is until a gap is filled, and knows how far the gap goes (D2)', () => {
    const reader = new ChannelReader(10)
    expect(reader.take(message(40, 30))).toBe('astray')
    expect(reader.take(message(30, 20))).toBe('astray')
    expect(reader).toMatchObject({ cursor: 10, newestAstray: 40 })
    expect(reader.take(message(20, 10))).toBe('next')
    expect(reader.take(message(30, 20))).toBe('next')
    expect(reader.take(message(40, 30))).toBe('next')
  })

  it('has the server asked about a number at or below the cursor that it has never seen (D3)', () => {
    expect(new ChannelReader(100).take(message(50, 40))).toBe('astray')
  })

  it('delivers each message once and in order, however they are lost, repeated and swapped (D1, D2)', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed)
      const log = new FakeLog('user:ada', () => 0)
      const reader = new ChannelReader(log.head)
      const delivered: number[] = []
      const published: number[] = []
      const take = (arriving: Place): boolean => {
        const place = reader.take(arriving)
        if (place === 'next') delivered.push(arriving.seq)
        return place === 'astray'
      }
      const heal = (): void => {
        const replay = log.readAfter(reader.cursor ?? 0)
        if (replay.outcome === 'replay') for (const entry of replay.entries) take(entry)
      }
      for (let step = 0; step < 60; step++) {
        const appended = log.append({ type: 'CUSTOMER_UPDATED', payload: {} }) as unknown as Place
        published.push(appended.seq)
        const fate = pick(random, ['sent', 'sent', 'lost', 'twice', 'late'])
        if (fate === 'lost') continue
        if (fate === 'late') take(log.append({ type: 'CUSTOMER_UPDATED', payload: {} }) as unknown as Place)
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
