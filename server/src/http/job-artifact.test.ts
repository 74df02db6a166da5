import { expect, it } from 'vitest'
import { artifactHeaders } from './job-artifact.ts'

it.each([
  'text/html',
  'image/svg+xml',
  'application/xhtml+xml',
  'text/xml',
  'text/javascript',
  'TEXT/HTML; charset=x',
  'x',
])('offers %s as a download, never as a page', (contentType) => {
  expect(artifactHeaders({ name: 'a', contentType })).toMatchObject({
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': expect.stringMatching(/^attachment;/),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
  })
})

it('shows pictures and text in place', () => {
  expect(artifactHeaders({ name: 'page.png', contentType: 'image/png' })).toMatchObject({
    'Content-Type': 'image/png',
    'Content-Disposition': "inline; filename*=UTF-8''page.png",
  })
  expect(artifactHeaders({ name: 'page.md', contentType: 'text/markdown' })).toMatchObject({
    'Content-Type': 'text/markdown; charset=utf-8',
  })
})

it.each([
  ['a"b', 'a%22b'],
  ['a\r\nSet-Cookie: x=1', 'a%0D%0ASet-Cookie%3A%20x%3D1'],
  ["it's (1)*", 'it%27s%20%281%29%2A'],
  ['überblick.pdf', '%C3%BCberblick.pdf'],
  ['\ud800', '%EF%BF%BD'],
])('keeps the name %j inside of its header', (name, encoded) => {
  expect(artifactHeaders({ name, contentType: 'text/plain' })['Content-Disposition']).toBe(
    `inline; filename*=UTF-8''${encoded}`,
  )
})
