import { expect, it } from 'vitest'
import { textPieces } from './text-pieces.ts'

it('cuts after the first line end that makes a piece long enough', () => {
  expect(textPieces('ab\ncd\n\nefghij\nk', 3)).toEqual(['ab\n', 'cd\n', '\nefghij\n', 'k'])
})

it('has no empty piece behind the last line', () => {
  expect(textPieces('ab\ncd\n', 3)).toEqual(['ab\n', 'cd\n'])
  expect(textPieces('', 3)).toEqual([''])
})

it('changes nothing but the last piece of a text that grows', () => {
  const text = 'a line\nand a longer one\n\nend\n'.repeat(20)
  for (let length = 1; length < text.length; length += 1) {
    const pieces = textPieces(text.slice(0, length), 10)
    const later = textPieces(text.slice(0, length + 1), 10)
    expect(pieces.join('')).toBe(text.slice(0, length))
    expect(later.slice(0, pieces.length - 1)).toEqual(pieces.slice(0, -1))
  }
})
