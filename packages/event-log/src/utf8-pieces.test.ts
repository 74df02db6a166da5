import { expect, it } from 'vitest'
import { utf8Boundary, utf8Pieces, wholeCharactersEnd } from './utf8-pieces.ts'

const text = Buffer.from('aé€😀z')

it('cuts into pieces that are whole characters and nothing is lost', () => {
  for (let size = 4; size < 12; size += 1) {
    const pieces = utf8Pieces(text, size)
    expect(Buffer.concat(pieces)).toEqual(text)
    expect(pieces.every((piece) => piece.length <= size && !piece.toString().includes('�'))).toBe(true)
  }
})

it('finds the boundary at or before an index', () => {
  expect([...text.keys()].map((index) => utf8Boundary(text, index))).toEqual([
    0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10,
  ])
})

it('tells how much of a cut read is whole', () => {
  for (let length = 0; length <= text.length; length += 1) {
    const end = wholeCharactersEnd(text.subarray(0, length))
    expect(end).toBe(utf8Boundary(text, length))
  }
})
