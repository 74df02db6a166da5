import { describe, expect, it } from 'vitest'
import { TextPosition } from './text-position.ts'

const chunk = (offset: number, end: number, attempt = 1, base = 0) => ({ attempt, base, offset, end })

function at(end: number): TextPosition {
  const position = new TextPosition()
  position.moveTo({ attempt: 1, end })
  return position
}

describe('a room in a text', () => {
  it('remembers that it missed something before its place was known', () => {
    const position = new TextPosition()
    expect(position.accept(chunk(0, 3))).toBe('drop')
    expect(position.isBehind).toBe(true)
  })

  it('moves along the text, drops what it has, and finds a gap', () => {
    const position = at(0)
    expect(position.accept(chunk(0, 3))).toBe('broadcast')
    expect(position.accept(chunk(0, 3))).toBe('drop')
    expect(position.accept(chunk(5, 7))).toBe('gap')
    expect(position.place).toEqual({ attempt: 1, end: 3 })
  })

  it('goes back to where a newer attempt begins, and hears no more of the older one', () => {
    const position = at(10)
    expect(position.accept(chunk(4, 6, 2, 4))).toBe('broadcast')
    expect(position.accept(chunk(10, 12, 1))).toBe('drop')
    expect(position.place).toEqual({ attempt: 2, end: 6 })
  })

  it('misses the first chunk of a newer attempt as a gap behind its beginning', () => {
    const position = at(10)
    expect(position.accept(chunk(6, 8, 2, 4))).toBe('gap')
    expect(position.place).toEqual({ attempt: 2, end: 4 })
  })
})
