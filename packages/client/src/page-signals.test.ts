// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { isOnline, listenToPage } from './page-signals.ts'

afterEach(() => vi.restoreAllMocks())

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

it('tells when the page or the network comes back, or may end (C6)', () => {
  const heard: string[] = []
  const stop = listenToPage({
    onWake: () => heard.push('wake'),
    onHide: () => heard.push('hide'),
  })
  show('hidden')
  show('visible')
  for (const type of ['pageshow', 'online', 'pagehide']) window.dispatchEvent(new Event(type))
  document.dispatchEvent(new Event('resume'))
  expect(heard).toEqual(['hide', 'wake', 'wake', 'wake', 'hide', 'wake'])
  stop()
  window.dispatchEvent(new Event('online'))
  show('visible')
  expect(heard).toHaveLength(6)
})

it('believes the browser that it is offline, unless the server is on this machine', () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  expect(isOnline('https://jobs.example.com')).toBe(false)
  expect(isOnline('http://127.0.0.1:3000')).toBe(true)
  expect(isOnline('http://localhost:3000')).toBe(true)
})
