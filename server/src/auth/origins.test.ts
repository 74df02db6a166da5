import { expect, it } from 'vitest'
import { createOriginList } from './origins.ts'

const list = createOriginList(['https://good.example', 'http://localhost:5173'])

it.each(['https://good.example', 'http://localhost:5173', undefined])('lets %s in', (origin) => {
  expect(list.allows({ host: 'api.example', ...(origin === undefined ? {} : { origin }) })).toBe(true)
})

it.each([
  'https://evil.example',
  'null',
  '',
  'https://good.example.evil.com',
  'https://evil.com/https://good.example',
  'http://good.example',
  'https://good.example:8443',
  'https://GOOD.example',
  'https://good.example/',
  'https://sub.good.example',
])('keeps %s out', (origin) => {
  expect(list.allows({ origin, host: 'api.example' })).toBe(false)
})

it('lets the page of this very host in', () => {
  expect(list.allows({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' })).toBe(true)
  expect(list.allows({ origin: 'http://127.0.0.1:3001', host: '127.0.0.1:3000' })).toBe(false)
  expect(list.allows({ origin: 'file://127.0.0.1:3000', host: '127.0.0.1:3000' })).toBe(false)
  expect(list.allows({ origin: 'http://127.0.0.1:3000' })).toBe(false)
})

it('takes nobody’s word for where this host is: anyone can send what a balancer sends', () => {
  const forged = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
  expect(list.allows({ origin: 'https://evil.example', host: 'api.example', ...forged })).toBe(false)
})

it('lets everyone in for *', () => {
  expect(createOriginList(['*']).allows({ origin: 'https://evil.example', host: 'a' })).toBe(true)
})

it.each(['good.example', 'https://good.example/path', 'https://*.good.example/x', 'ftp://x', 'https://u@x'])(
  'refuses %s as an entry and says what one looks like',
  (entry) => expect(() => createOriginList([entry])).toThrow(/is not an origin.*https:\/\/app\.example\.com/),
)
