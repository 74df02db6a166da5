import { expect, it } from 'vitest'
import { TextLog } from '@headway/event-log'
import { openLog, openRedis } from './open-log.ts'

const operationType = 'rehearse'

async function openText(maxTextBytes?: number) {
  const { log, redis, jobId, userId } = await openLog()
  const text = new TextLog(redis, maxTextBytes === undefined ? {} : { maxTextBytes })
  await log.setFence(jobId, userId, 1)
  const append = (expectedOffset: number, part: string, attempt = 1) =>
    text.append(jobId, { operationType, attempt, expectedOffset, text: part })
  const all = async () => (await text.read(jobId, 0, 1_000_000)).text.toString()
  return { log, redis, jobId, userId, text, append, all }
}

it('appends at the expected offset, counted in UTF-8 bytes', async () => {
  const { append, all } = await openText()
  expect(await append(0, 'grüße ')).toEqual({ outcome: 'appended', end: 8 })
  expect(await append(8, '😀')).toEqual({ outcome: 'appended', end: 12 })
  expect(await all()).toBe('grüße 😀')
})

it('changes nothing when an append comes again, and reports a gap', async () => {
  const { append, all } = await openText()
  await append(0, 'one ')
  expect(await append(0, 'one ')).toEqual({ outcome: 'appended', end: 4 })
  expect(await append(9, 'late')).toEqual({ outcome: 'gap', end: 4 })
  expect(await all()).toBe('one ')
})

it('publishes chunks of at most 8 KiB whose offsets follow each other', async () => {
  const { append, jobId } = await openText()
  const subscriber = await openRedis('subscriber')
  const headers: string[] = []
  await subscriber.subscribe(`socket.io#/#job:${jobId}#`)
  subscriber.on('message', (_channel: string, message: string) => headers.push(message.split('\n')[0]!))
  await append(0, '€'.repeat(6_000))
  await expect.poll(() => headers).toHaveLength(3)
  expect(headers.map((header) => header.split(' ').slice(3))).toEqual([
    ['1', '0', '0', '8190'],
    ['1', '0', '8190', '16380'],
    ['1', '0', '16380', '18000'],
  ])
})

it('lets only the attempt write that holds the fence', async () => {
  const { append, log, jobId, userId, text } = await openText()
  await append(0, 'old')
  await log.setFence(jobId, userId, 2)
  expect(await append(3, 'zombie', 1)).toEqual({ outcome: 'fenced', end: 3 })
  expect(await text.truncate(jobId, { operationType, attempt: 2, length: 1 })).toEqual({
    outcome: 'truncated',
    end: 1,
  })
  expect(await append(1, 'new', 2)).toEqual({ outcome: 'appended', end: 4 })
  expect((await text.read(jobId, 0, 0)).writer).toEqual({ attempt: 2, base: 1, operationType })
})

it('ends with a line that says so when it reaches its limit', async () => {
  const { append, all } = await openText(10)
  expect(await append(0, '12345678')).toMatchObject({ outcome: 'appended' })
  expect(await append(8, '9abc')).toMatchObject({ outcome: 'full' })
  expect(await append(8, 'more')).toMatchObject({ outcome: 'full' })
  expect(await all()).toBe('12345678\n\n[The text ends here: it reached the limit of 10 bytes.]\n')
})

it('takes no append after it is sealed, until it is opened again', async () => {
  const { append, text, jobId, redis, all } = await openText()
  await append(0, 'done')
  expect(await text.seal(jobId)).toEqual({ end: 4 })
  expect(await append(4, '!')).toEqual({ outcome: 'sealed', end: 4 })
  await redis.del(`hw:{job:${jobId}}:text`)
  expect(await text.reopen(jobId, Buffer.from('done'))).toEqual({ end: 4 })
  expect(await append(4, '!')).toEqual({ outcome: 'appended', end: 5 })
  expect(await all()).toBe('done!')
})

it('gives its keys a lifetime', async () => {
  const { append, redis, jobId } = await openText()
  await append(0, 'x')
  const keys = await redis.keys(`hw:{job:${jobId}}*`)
  const ttls = await Promise.all(keys.map((key) => redis.ttl(key)))
  expect(keys).toHaveLength(3)
  expect(ttls.every((ttl) => ttl > 0)).toBe(true)
})
