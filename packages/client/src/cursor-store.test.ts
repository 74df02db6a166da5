import { afterEach, expect, it, vi } from 'vitest'
import { CursorKeeper } from './cursor-keeper.ts'
import { memoryCursorStore, parseCursors, sessionCursorStore } from './cursor-store.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('keeps nothing and breaks nothing where there is no sessionStorage', () => {
  vi.stubGlobal('sessionStorage', undefined)
  const store = sessionCursorStore()
  store.save({ all: 7 })
  expect(store.load()).toEqual({})
})

it('survives a reload of the tab', () => {
  const entries = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => entries.set(key, value),
  })
  sessionCursorStore('erp').save({ 'user:ada': 12 })
  expect(sessionCursorStore('erp').load()).toEqual({ 'user:ada': 12 })
  expect(sessionCursorStore().load()).toEqual({})
})

it('leaves out what is not a cursor, which the server would refuse', () => {
  expect(parseCursors('{"all":5,"user:ada":-1,"x":1.5,"y":"7","z":null}')).toEqual({ all: 5 })
  expect(parseCursors('null')).toEqual({})
})

it('keeps cursors now and then, and at once when the page may go; jobs start from snapshots', () => {
  vi.useFakeTimers()
  const store = memoryCursorStore()
  let cursors: Record<string, number> = { all: 1, 'job:0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e': 2 }
  const keeper = new CursorKeeper(store, () => cursors)
  keeper.touch()
  expect(store.load()).toEqual({})
  vi.advanceTimersByTime(250)
  expect(store.load()).toEqual({ all: 1 })
  cursors = { all: 3 }
  keeper.touch()
  keeper.flush()
  expect(keeper.load()).toEqual({ all: 3 })
  expect(vi.getTimerCount()).toBe(0)
})
