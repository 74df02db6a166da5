import { describe, expect, it } from 'vitest'
import { FairLine } from './fair-line.ts'

const nothing = () => 0

function lineOf(...entries: string[]): FairLine<string> {
  const line = new FairLine<string>()
  for (const entry of entries) line.add(entry.charAt(0), entry)
  return line
}

function takeAll(line: FairLine<string>, heldBy: (userId: string) => number = nothing): string[] {
  const taken: string[] = []
  for (let entry = line.take(heldBy); entry !== undefined; entry = line.take(heldBy)) taken.push(entry)
  return taken
}

describe('FairLine', () => {
  it('keeps the order of one user', () => {
    expect(takeAll(lineOf('a1', 'a2', 'a3'))).toEqual(['a1', 'a2', 'a3'])
  })

  it('lets the users take turns, so that a crowd does not hold up whoever came last', () => {
    expect(takeAll(lineOf('a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'))).toEqual([
      'a1',
      'b1',
      'c1',
      'a2',
      'b2',
      'a3',
      'a4',
    ])
  })

  it('lets whoever holds less go first', () => {
    const held = new Map([
      ['a', 2],
      ['b', 1],
    ])
    const heldBy = (userId: string) => held.get(userId) ?? 0
    expect(lineOf('a1', 'b1', 'c1').take(heldBy)).toBe('c1')
    expect(lineOf('a1', 'b1').take(heldBy)).toBe('b1')
  })

  it('gives no turn to those who have left', () => {
    const line = lineOf('a1', 'b1', 'b2')
    line.remove('a', 'a1')
    line.remove('b', 'b1')
    line.remove('b', 'b1')
    expect(line.size).toBe(1)
    expect(takeAll(line)).toEqual(['b2'])
  })

  it('is left by all at once', () => {
    const line = lineOf('a1', 'b1', 'a2')
    expect(line.clear()).toHaveLength(3)
    expect(line.size).toBe(0)
    expect(line.take(nothing)).toBeUndefined()
  })
})
