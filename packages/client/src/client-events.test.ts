import type { MessageOf, WebSocketMessage } from '@headway/events'
import { describe, expect, it, vi } from 'vitest'
import { ClientEvents } from './client-events.ts'

const ignore = (): void => {}

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const timestamp = '2030-01-01T00:00:00.000Z'

function started(channel: 'user:ada' | `job:${string}`, version = 3): MessageOf<'JOB_STARTED'> {
  const payload = { jobId, operationType: 'rehearse', version, attempt: 1 }
  return { type: 'JOB_STARTED', payload, timestamp, channel, seq: version, prev: version - 1 }
}

function progress(attempt: number, n: number): MessageOf<'JOB_PROGRESS'> {
  const payload = { jobId, operationType: 'rehearse', attempt, n, progress: n, label: '' }
  return { type: 'JOB_PROGRESS', payload, timestamp, channel: 'user:ada' }
}

describe('ClientEvents', () => {
  it('delivers a lifecycle message once, whichever channel brings it first (D4)', () => {
    const router = new ClientEvents(ignore)
    const heard = vi.fn<(message: WebSocketMessage) => void>()
    router.add('*', heard)
    router.add('JOB_STARTED', heard)
    for (const message of [started('user:ada'), started(`job:${jobId}`), started(`job:${jobId}`, 6)]) {
      router.route(message)
    }
    expect(heard).toHaveBeenCalledTimes(4)
  })

  it('does not match messages without a version across channels (D4)', () => {
    const router = new ClientEvents(ignore)
    const heard = vi.fn<(message: MessageOf<'JOB_ARTIFACT'>) => void>()
    router.add('JOB_ARTIFACT', heard)
    const payload = { jobId, operationType: 'x', artifactId: 'a', name: 'a', contentType: 'b', size: 1 }
    router.route({ type: 'JOB_ARTIFACT', payload, timestamp, channel: 'user:ada' })
    router.route({ type: 'JOB_ARTIFACT', payload, timestamp, channel: `job:${jobId}` })
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('never lets progress go backwards (D5)', () => {
    const router = new ClientEvents(ignore)
    const heard: string[] = []
    router.add('JOB_PROGRESS', ({ payload }) => heard.push(`${payload.attempt}.${payload.n}`))
    for (const [attempt, n] of [
      [1, 1],
      [1, 3],
      [1, 2],
      [1, 3],
      [2, 1],
      [1, 9],
    ] as const)
      router.route(progress(attempt, n))
    expect(heard).toEqual(['1.1', '1.3', '2.1'])
  })

  it('tells those of a job what came by its channel, and nobody after the undoing', () => {
    const router = new ClientEvents(ignore)
    const heard = vi.fn<() => void>()
    const undo = router.add(`job:${jobId}`, heard)
    router.route(started('user:ada'))
    expect(heard).not.toHaveBeenCalled()
    router.route(started(`job:${jobId}`))
    undo()
    router.route(started(`job:${jobId}`, 4))
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('goes on after a listener that throws, and reports it', () => {
    const onError = vi.fn<(error: unknown) => void>()
    const router = new ClientEvents(onError)
    const heard = vi.fn<() => void>()
    router.add('JOB_STARTED', () => {
      throw new Error('a bug in the application')
    })
    router.add('JOB_STARTED', heard)
    router.route(started('user:ada'))
    expect(heard).toHaveBeenCalledTimes(1)
    expect(onError).toHaveBeenCalledTimes(1)
  })
})
