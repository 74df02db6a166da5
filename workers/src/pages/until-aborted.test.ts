import { expect, it } from 'vitest'
import { untilAborted } from './until-aborted.ts'

const never = new Promise<never>(() => undefined)

it('passes on what the promise answers', async () => {
  const { signal } = new AbortController()
  expect(await untilAborted(signal, Promise.resolve(1))).toBe(1)
  await expect(untilAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
})

it('ends with the abort, before or during the wait', async () => {
  const abort = new AbortController()
  const waiting = untilAborted(abort.signal, never)
  abort.abort(new Error('stop'))
  await expect(waiting).rejects.toThrow('stop')
  await expect(untilAborted(abort.signal, never)).rejects.toThrow('stop')
})
