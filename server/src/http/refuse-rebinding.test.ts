import type { Request, Response } from 'express'
import { expect, it } from 'vitest'
import { createOriginList } from '../auth/origins.ts'
import { refuseRebinding } from './refuse-rebinding.ts'

const guard = refuseRebinding(createOriginList(['https://console.example']))

function isLetIn(headers: { origin?: string; host: string }): boolean {
  let isLetIn = false
  try {
    void guard({ headers } as Request, {} as Response, () => (isLetIn = true))
  } catch {
    // Refused.
  }
  return isLetIn
}

it.each([
  'localhost:3000',
  'LOCALHOST',
  'app.localhost:3000',
  '127.0.0.1:3000',
  '[::1]:3000',
  '192.168.1.7:3000',
])('lets a page in that came by %s', (host) => expect(isLetIn({ origin: `http://${host}`, host })).toBe(true))

it.each(['evil.example', 'evil.example:3000', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
  'refuses a page that came by the name "%s"',
  (host) => expect(isLetIn({ origin: `http://${host}`, host })).toBe(false),
)

it('lets in what is no browser, and listed origins', () => {
  expect(isLetIn({ host: 'headway.internal:3000' })).toBe(true)
  expect(isLetIn({ origin: 'https://console.example', host: 'headway.internal' })).toBe(true)
})
