import { expect, it } from 'vitest'
import { TokenSource } from './token-source.ts'

it('asks once for all who wait for a token (C4)', async () => {
  let calls = 0
  const tokens = new TokenSource({ getToken: async () => `token ${++calls}` })
  expect(await Promise.all([tokens.current(), tokens.renew(), tokens.current()])).toEqual(
    Array(3).fill('token 1'),
  )
  expect(await tokens.current()).toBe('token 1')
  expect(await tokens.renew()).toBe('token 2')
})

it('asks again after a failure, which reaches whoever waited', async () => {
  let calls = 0
  const getToken = (): string => {
    calls += 1
    if (calls === 1) throw new Error('offline')
    return 'token'
  }
  const tokens = new TokenSource({ getToken })
  await expect(tokens.current()).rejects.toThrow('offline')
  expect(await tokens.current()).toBe('token')
})

it('keeps a fixed token, which nothing renews', async () => {
  const tokens = new TokenSource({ token: 'fixed' })
  tokens.invalidate()
  expect(await tokens.current()).toBe('fixed')
  expect(await tokens.renew()).toBe('fixed')
})

it('takes an empty answer for "signed out"', async () => {
  expect(await new TokenSource({ getToken: () => '' }).current()).toBeNull()
})
