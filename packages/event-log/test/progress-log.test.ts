import { expect, it } from 'vitest'
import { ProgressLog } from '@headway/event-log'
import { openLog } from './open-log.ts'

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
