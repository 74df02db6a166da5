import { afterEach, expect, it, vi } from 'vitest'
import { clientOf, connected, jobId, publishCustomer, server, settle } from '../test/client-fixture.ts'
import { memoryCursorStore, sessionCursorStore } from './cursor-store.ts'

afterEach(() => {
  vi.unstubAllGlobals()
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

it('breaks nothing where something else is stored', () => {
  const kept = ['null', 'no JSON']
  vi.stubGlobal('sessionStorage', { getItem: () => kept.shift() ?? null })
  const store = sessionCursorStore()
  expect([store.load(), store.load(), store.load()]).toEqual([{}, {}, {}])
})

it('leaves out what is not a cursor, which the server would refuse', async () => {
  const cursors = memoryCursorStore()
  cursors.save({ all: 5, 'user:ada': -1, x: 1.5, y: '7' as never, z: null as never })
  await connected({ cursors })
  expect(server.handshakes[0]?.cursors).toEqual({ all: 5 })
})

it('keeps cursors now and then, and at once when the page may go; jobs start from snapshots', async () => {
  const page = new EventTarget()
  vi.stubGlobal('window', page)
  const cursors = memoryCursorStore()
  const client = await connected({ cursors })
  server.addJob(jobId)
  client.subscribe(jobId, () => {})
  await settle()
  const first = publishCustomer()
  await vi.advanceTimersByTimeAsync(1)
  expect(cursors.load()[server.channel]).toBeLessThan(first)
  await settle()
  expect(cursors.load()).toEqual({ all: server.log('all').head, [server.channel]: first })
  const second = publishCustomer()
  await vi.advanceTimersByTimeAsync(1)
  page.dispatchEvent(new Event('pagehide'))
  expect(cursors.load()[server.channel]).toBe(second)
  const third = publishCustomer()
  await vi.advanceTimersByTimeAsync(1)
  client.disconnect()
  expect(cursors.load()[server.channel]).toBe(third)
})

it('leaves what is kept alone where there was no connection', () => {
  const cursors = memoryCursorStore()
  cursors.save({ all: 5 })
  clientOf({ cursors }).destroy()
  expect(cursors.load()).toEqual({ all: 5 })
})
