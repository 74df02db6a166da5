import { expect, it } from 'vitest'
import { jwtSecretProblem } from './jwt-secret.ts'

it.each(['', 'short', 'x'.repeat(31), 'é'.repeat(15)])('refuses a short secret: %s', (secret) => {
  expect(jwtSecretProblem(secret)).toMatch(/at least 32/)
})

it.each([
  'your-super-secret-jwt-key-1234567890',
  'secret-secret-secret-secret-secret-secret',
  'a-string-secret-at-least-256-bits-long',
  'changeme_changeme_changeme_changeme',
  'x'.repeat(64),
])('refuses a secret that anyone can guess: %s', (secret) => {
  expect(jwtSecretProblem(secret)).toBeDefined()
})

it('accepts a random secret', () => {
  expect(jwtSecretProblem('9f0c1d7e5b3a4f6282c4e6a8b0d2f4061728394a5b6c7d8e')).toBeUndefined()
  expect(jwtSecretProblem('kN4v!q8Zr2Lx7Wc0Tb5Ym9Hd3Gf6Js1P')).toBeUndefined()
})
