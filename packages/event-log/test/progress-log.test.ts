import { expect, it } from 'vitest'
import { FencedEmitter, ProgressLog } from '@headway/event-log'
import { openLog, openRedis } from './open-log.ts'

it('keeps the newest progress, of the attempt that may write alone', async () => {
  const { log, redis, jobId, userId } = await openLog()
  const progress = new ProgressLog(redis)
  const report = (attempt: number, n: number) =>
    progress.publish({
      userId,
      jobId,
      operationType: 'rehearse',
      attempt,
      n,
      progress: n,
      label: `step ${n}`,
    })
  expect(await report(1, 1)).toEqual({ outcome: 'no_fence' })
  await log.setFence(jobId, userId, 1)
  expect(await report(1, 1)).toEqual({ outcome: 'published' })
  expect(await report(1, 2)).toEqual({ outcome: 'published' })
  await log.setFence(jobId, userId, 2)
  expect(await report(1, 3)).toEqual({ outcome: 'fenced' })
  expect(await progress.newest(jobId)).toEqual({ attempt: 1, n: 2, progress: 2, label: 'step 2' })
})

it('knows no progress of a job that never reported one', async () => {
  const { redis, jobId } = await openLog()
  expect(await new ProgressLog(redis).newest(jobId)).toBeUndefined()
})

it('E7: shows nothing of an attempt once the next one may write, and each progress once', async () => {
  const { log, redis, jobId, userId } = await openLog()
  const [first, second, subscriber] = [
    new ProgressLog(redis),
    new ProgressLog(await openRedis()),
    await openRedis('subscriber'),
  ]
  const heard: number[][] = []
  subscriber.on('message', (_channel, message: string) => {
    const { attempt, n } = JSON.parse(message.split('\n')[1]!)[1].payload
    heard.push([attempt, n])
  })
  await subscriber.subscribe(`socket.io#/#user:${userId}#`)
  const report = (progress: ProgressLog, attempt: number, n: number) =>
    progress.publish({ userId, jobId, operationType: 'rehearse', attempt, n, progress: 1, label: '' })

  await log.setFence(jobId, userId, 1)
  // Sent again after a connection broke, and overtaken.
  for (const n of [1, 2, 2, 1]) await report(first, 1, n)
  const late = Array.from({ length: 500 }, (_, at) => report(first, 1, at + 3))
  await log.setFence(jobId, userId, 2)
  await report(second, 2, 1)
  await Promise.all(late)
  await report(second, 2, 2)

  await expect.poll(() => heard.at(-1)).toEqual([2, 2])
  expect(heard).toEqual(heard.toSorted(([a = 0, m = 0], [b = 0, n = 0]) => a - b || m - n))
  expect(new Set(heard.map(String)).size).toBe(heard.length)
})

it('E7: sends a transient message of the attempt that may write alone', async () => {
  const { log, redis, jobId, userId, channel } = await openLog()
  const subscriber = await openRedis('subscriber')
  const heard: string[] = []
  subscriber.on('message', (_channel, message: string) => heard.push(message))
  await subscriber.subscribe(`socket.io#/#${channel}#`)
  const emitter = new FencedEmitter(redis)
  const tell = (attempt: number) => {
    const payload = { customerId: '7', progress: attempt, label: 'Reading' }
    const message = {
      type: 'CUSTOMER_UPDATE_PROGRESS',
      payload,
      timestamp: '2026-01-01T00:00:00.000Z',
    } as const
    return emitter.emit(channel, message, { jobId, attempt })
  }
  expect(await tell(1)).toEqual({ outcome: 'no_fence' })
  await log.setFence(jobId, userId, 1)
  expect(await tell(1)).toEqual({ outcome: 'published' })
  await log.setFence(jobId, userId, 2)
  expect(await tell(1)).toEqual({ outcome: 'fenced' })
  expect(await tell(2)).toEqual({ outcome: 'published' })
  await expect.poll(() => heard).toHaveLength(2)
  expect(heard[1]).toBe(
    `${channel} - -\n["event",{"type":"CUSTOMER_UPDATE_PROGRESS","payload":{"customerId":"7","progress":2,"label":"Reading"},` +
      `"timestamp":"2026-01-01T00:00:00.000Z","channel":"${channel}"}]`,
  )
})
