import { describe, expect, it } from 'vitest'
import { ChainPosition } from './chain-position.ts'

function at(seq: number): ChainPosition {
  const position = new ChainPosition()
  position.moveTo(seq)
  return position
}

describe('a room in its chain', () => {
  it('drops and remembers what comes before its place is known', () => {
    const position = new ChainPosition()
    expect(position.accept({ seq: 5, prev: 4 })).toBe('drop')
    position.moveTo(3)
    expect(position.isBehind).toBe(true)
    position.moveTo(5)
    expect(position.isBehind).toBe(false)
  })

  it('moves along the chain', () => {
    const position = at(3)
    expect(position.accept({ seq: 5, prev: 3 })).toBe('broadcast')
    expect(position.accept({ seq: 9, prev: 5 })).toBe('broadcast')
    expect(position.forwarded).toBe(9)
  })

  it('finds a gap, and drops what it has sent', () => {
    const position = at(5)
    expect(position.accept({ seq: 5, prev: 3 })).toBe('drop')
    expect(position.accept({ seq: 9, prev: 7 })).toBe('gap')
    expect(position.forwarded).toBe(5)
  })

  it('delivers each message once and in order, whatever order and repetition the bus has', () => {
    const chain = [1, 2, 3, 4, 5].map((seq) => ({ seq, prev: seq - 1 }))
    let random = 7
    const next = () => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647
    for (let round = 0; round < 500; round += 1) {
      const position = at(0)
      const sent: number[] = []
      for (let n = 0; n < 12; n += 1) {
        const message = chain[Math.floor(next() * chain.length)]!
        const decision = position.accept(message)
        if (decision === 'broadcast') sent.push(message.seq)
        if (decision === 'gap') {
          const read = chain.filter(({ seq }) => seq > position.forwarded! && seq <= message.seq)
          sent.push(...read.map(({ seq }) => seq))
          position.moveTo(message.seq)
        }
      }
      expect(sent).toEqual(sent.map((_seq, index) => index + 1))
    }
  })
})
