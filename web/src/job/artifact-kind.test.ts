import { expect, it } from 'vitest'
import { artifactKind } from './artifact-kind.ts'

it.each([
  ['image/png', 'picture'],
  ['application/pdf', 'pdf'],
  ['text/markdown; charset=utf-8', 'markdown'],
  ['application/json', 'text'],
  ['text/html', 'file'],
  ['image/svg+xml', 'file'],
  ['application/xhtml+xml', 'file'],
  ['', 'file'],
])('shows %s as a %s', (contentType, kind) => {
  expect(artifactKind({ contentType, size: 1_000 })).toBe(kind)
})

it('does not show what would be too much for a page', () => {
  expect(artifactKind({ contentType: 'text/plain', size: 5_000_000 })).toBe('file')
})
