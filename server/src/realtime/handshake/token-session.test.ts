import { EventEmitter } from 'node:events'
import { afterEach, expect, it, vi } from 'vitest'
import type { RealtimeSocket } from '../socket-data.ts'
import { TokenSession } from './token-session.ts'

class FakeSocket extends EventEmitter {
  connected = true
  data = { expiresAt: new Date(Date.now() + 3_600_000) }
}

afterEach(() => void vi.useRealTimers())

it('leaves no timer behind for a socket that went away while its new token was being checked', () => {
  vi.useFakeTimers()
  const socket = new FakeSocket()
  const session = new TokenSession(socket as unknown as RealtimeSocket)
  session.extend(new Date(Date.now() + 7_200_000))
  expect(vi.getTimerCount()).toBe(2)
  socket.connected = false
  socket.emit('disconnect')
  session.extend(new Date(Date.now() + 86_400_000))
  expect(vi.getTimerCount()).toBe(0)
})
