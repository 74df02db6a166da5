import { randomUUID } from 'node:crypto'
import { ReportStream } from '@headway/event-log'
import { onTestFinished, expect, it } from 'vitest'
import { openRedis } from './open-log.ts'

const TURN = { turnMs: 60_000, count: 10 }

/** A stream of its own. */
async function openStream() {
  const redis = await openRedis()
  const keyPrefix = randomUUID()
  const stream = new ReportStream(redis, { namespace: { keyPrefix } })
  const keys = { stream: `${keyPrefix}:{reports}`, dead: `${keyPrefix}:{reports}:dead` }
  onTestFinished(async () => void (await redis.del(keys.stream, keys.dead, `${keys.stream}:reader`)))
  return { redis, stream, keys }
}

async function read(stream: ReportStream, reader: string, turn = TURN) {
  const reading = await stream.read(reader, turn)
  return reading.state === 'standby' ? reading.state : reading.entries
}

async function idsRead(stream: ReportStream, reader: string) {
  const entries = await read(stream, reader)
  return entries === 'standby' ? entries : entries.map(({ fields }) => fields?.['id'])
}

it('E13: hands reports out in their order, again until they are ended, to one reader at a time', async () => {
  const { stream } = await openStream()
  for (const id of ['1', '2', '3']) await stream.add({ id })
  expect(await idsRead(stream, 'a')).toEqual(['1', '2', '3'])
  expect(await idsRead(stream, 'b')).toBe('standby')
  const [first] = (await read(stream, 'a')) as { id: string }[]
  await stream.end(first!.id)
  await stream.add({ id: '4' })
  expect(await stream.backlog()).toEqual({ waiting: 3, dead: 0 })
  await stream.release('b')
  expect(await idsRead(stream, 'b')).toBe('standby')
  await stream.release('a')
  expect(await idsRead(stream, 'b')).toEqual(['2', '3'])
  for (const { id } of (await read(stream, 'b')) as { id: string }[]) await stream.end(id)
  expect(await idsRead(stream, 'b')).toEqual(['4'])
})

it('E13: a reader that has frozen is followed by another one', async () => {
  const { stream } = await openStream()
  await stream.add({ id: '1' })
  expect(await read(stream, 'a', { turnMs: 50, count: 10 })).toHaveLength(1)
  await expect.poll(() => idsRead(stream, 'b')).toEqual(['1'])
})

it('E13: a flush loses no reader: the group is made again, from the beginning', async () => {
  const { stream, redis, keys } = await openStream()
  expect(await read(stream, 'a')).toEqual([])
  await redis.del(keys.stream)
  await stream.add({ id: 'after' })
  expect(await idsRead(stream, 'a')).toEqual(['after'])
})

it('E13: a report that was deleted in the middle is handed out without its fields, and can be ended', async () => {
  const { stream, redis, keys } = await openStream()
  await stream.add({ id: '1' })
  await stream.add({ id: '2' })
  const entries = (await read(stream, 'a')) as { id: string }[]
  await redis.xdel(keys.stream, entries[0]!.id)
  expect(await idsRead(stream, 'a')).toEqual([undefined, '2'])
  await stream.end(entries[0]!.id, { deadBecause: 'gone' })
  expect(await idsRead(stream, 'a')).toEqual(['2'])
  expect(await stream.backlog()).toEqual({ waiting: 1, dead: 0 })
})

it('E13: keeps what could not be read, with the reason', async () => {
  const { stream, redis, keys } = await openStream()
  await stream.add({ id: '1', kind: 'nonsense' })
  const [entry] = (await read(stream, 'a')) as { id: string }[]
  await stream.end(entry!.id, { deadBecause: 'kind' })
  expect(await stream.backlog()).toEqual({ waiting: 0, dead: 1 })
  const [[, fields]] = (await redis.xrange(keys.dead, '-', '+')) as [[string, string[]]]
  expect(fields).toEqual(['why', 'kind', 'entry', entry!.id, 'id', '1', 'kind', 'nonsense'])
  expect(await redis.ttl(keys.dead)).toBeGreaterThan(0)
})

it('E14: takes no more than may wait, and says so; nothing that waits is trimmed', async () => {
  const { stream, redis, keys } = await openStream()
  const fill = redis.pipeline()
  for (let at = 0; at < 100_000; at += 1) fill.xadd(keys.stream, '*', 'id', String(at))
  await fill.exec()
  await expect(stream.add({ id: 'one too many' })).rejects.toMatchObject({
    name: 'ReportsFullError',
    code: 'unavailable',
  })
  expect(await stream.backlog()).toEqual({ waiting: 100_000, dead: 0 })
})

it('wakes a reader that waits', async () => {
  const { stream, keys } = await openStream()
  const blocked = new ReportStream(await openRedis(), {
    namespace: { keyPrefix: keys.stream.replace(':{reports}', '') },
  })
  const startedAt = performance.now()
  await blocked.wait(50)
  expect(performance.now() - startedAt).toBeGreaterThan(40)
  const woken = blocked.wait(4_000)
  await stream.add({ id: '1' })
  await woken
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})
