import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { frameScheduler } from './scheduler.ts'

const ignore = (): void => {}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('runs a task once per frame, however often it was scheduled (S1)', () => {
  const scheduler = frameScheduler(ignore)
  const task = vi.fn<() => void>()
  for (let i = 0; i < 1_000; i++) scheduler.schedule(task)
  expect(task).not.toHaveBeenCalled()
  vi.advanceTimersByTime(16)
  expect(task).toHaveBeenCalledTimes(1)
})

it('never loses what is scheduled while it runs (S1)', () => {
  const scheduler = frameScheduler(ignore)
  let runs = 0
  const task = (): void => {
    runs += 1
    if (runs < 3) scheduler.schedule(task)
  }
  scheduler.schedule(task)
  vi.runAllTimers()
  expect(runs).toBe(3)
})

it('runs a task for what was scheduled, and never again by itself', () => {
  const scheduler = frameScheduler(ignore)
  const first = vi.fn<() => void>()
  scheduler.schedule(first)
  vi.advanceTimersByTime(16)
  scheduler.schedule(ignore)
  vi.advanceTimersByTime(16)
  expect(first).toHaveBeenCalledTimes(1)
})

it('tells a hidden page too, which draws no frame (S1)', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('cancelAnimationFrame', () => {})
  const task = vi.fn<() => void>()
  frameScheduler(ignore).schedule(task)
  vi.advanceTimersByTime(100)
  expect(task).toHaveBeenCalledTimes(1)
})

it('goes on after a task that throws, and when stopped runs what is left and leaves no timer (S1)', () => {
  const onError = vi.fn<(error: unknown) => void>()
  const scheduler = frameScheduler(onError)
  const task = vi.fn<() => void>()
  scheduler.schedule(() => {
    throw new Error('a bug in the application')
  })
  scheduler.schedule(task)
  vi.advanceTimersByTime(16)
  expect(task).toHaveBeenCalledTimes(1)
  expect(onError).toHaveBeenCalledTimes(1)
  scheduler.schedule(task)
  scheduler.stop()
  expect(task).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})
