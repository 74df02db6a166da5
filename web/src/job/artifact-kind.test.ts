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

it('does not show the text of the job twice', () => {
  expect(artifactKind({ contentType: 'text/markdown', size: 300 }, 300)).toBe('job-text')
  expect(artifactKind({ contentType: 'text/markdown', size: 301 }, 300)).toBe('markdown')
  expect(artifactKind({ contentType: 'image/png', size: 300 }, 300)).toBe('picture')
})

it('does not show what would be too much for a page', () => {
  expect(artifactKind({ contentType: 'text/plain', size: 5_000_000 })).toBe('file')
})
