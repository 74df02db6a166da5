import { ServerResponse, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EventStream } from './event-stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function openStream() {
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage
  const response = new ServerResponse(request)
  return { response, stream: new EventStream(response, { maxWaitingBytes: 1_000, onTooSlow() {} }) }
}

it('leaves no timer behind when its reader goes away', () => {
  const { response, stream } = openStream()
  stream.begin()
  expect(vi.getTimerCount()).toBe(1)
  response.emit('close')
  expect(vi.getTimerCount()).toBe(0)
})

it('cuts a reader that does not take the last word', () => {
  const { response, stream } = openStream()
  stream.close({ code: 'draining', retryAfterMs: 7 })
  expect([stream.isOpen, stream.isClosed]).toEqual([false, false])
  vi.runAllTimers()
  expect(response.destroyed).toBe(true)
})

it('is an answer without content where there was nothing to say', () => {
  const { response, stream } = openStream()
  stream.end()
  stream.write({ event: 'late', data: '{}' })
  expect([response.statusCode, response.writableEnded]).toEqual([204, true])
})

it('writes nothing behind an error that was answered in its place', () => {
  const { response, stream } = openStream()
  response.writeHead(503).end()
  stream.write({ event: 'late', data: '{}' })
  expect(stream.isOpen).toBe(false)
})
