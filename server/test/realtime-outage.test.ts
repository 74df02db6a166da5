import { setImmediate } from 'node:timers/promises'
import { startTestRedis, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { openReadyClient, openRealtime } from './realtime-fixture.ts'

it.each([
  ['sends what the application emits itself', (io: Io) => void io.emit('closing', { code: 'replaced' })],
  ['ends', (io: Io) => io.close()],
])('leaves no rejection behind that would end the process when it %s while Redis is away', async (_, act) => {
  const redis = await startTestRedis()
  const { url, io } = await openRealtime({ redisUrl: redis.url })
  await openReadyClient(url, { userId: uniqueUserId() })
  const rejections: unknown[] = []
  const onRejection = (error: unknown) => void rejections.push(error)
  process.on('unhandledRejection', onRejection)
  onTestFinished(() => void process.off('unhandledRejection', onRejection))

  await redis.stop()
  await act(io)
  for (let turn = 0; turn < 5; turn += 1) await setImmediate()
  expect(rejections).toEqual([])
})

type Io = Awaited<ReturnType<typeof openRealtime>>['io']
