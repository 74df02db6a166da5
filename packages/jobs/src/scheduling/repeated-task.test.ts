import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RepeatedTask } from './repeated-task.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('RepeatedTask', () => {
  it('runs at the start, and then after the time that each run asks for', async () => {
    const delays = [100, 500, 500]
    const task = vi.fn<() => Promise<number>>(async () => delays.shift() ?? 1_000)
    const repeated = new RepeatedTask(task)
    repeated.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(task).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(task).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(499)
    expect(task).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(task).toHaveBeenCalledTimes(3)
    await repeated.stop()
  })

  it('runs once more after a run during which it was asked to, and keeps one timer', async () => {
    const ends: (() => void)[] = []
    const task = vi.fn<() => Promise<number>>(() => new Promise((resolve) => ends.push(() => resolve(1_000))))
    const repeated = new RepeatedTask(task)
    repeated.start()
    repeated.now()
    repeated.now()
    expect(task).toHaveBeenCalledTimes(1)
    ends[0]!()
    await vi.advanceTimersByTimeAsync(0)
    expect(task).toHaveBeenCalledTimes(2)
    ends[1]!()
    await vi.advanceTimersByTimeAsync(999)
    expect(task).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(task).toHaveBeenCalledTimes(3)
    ends[2]!()
    await repeated.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does nothing before the start and after the stop', async () => {
    const task = vi.fn<() => Promise<number>>(async () => 10)
    const repeated = new RepeatedTask(task)
    repeated.now()
    expect(task).not.toHaveBeenCalled()
    repeated.start()
    await repeated.stop()
    repeated.now()
    await vi.advanceTimersByTimeAsync(100)
    expect(task).toHaveBeenCalledTimes(1)
  })
})
