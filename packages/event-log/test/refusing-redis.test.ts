import { userChannel } from '@headway/events'
import { startTestRedis, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { connectRedis, EventLog, redisReady, type PublishRefusal } from '../src/index.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A log on a Redis of its own, which can be made to refuse. */
async function openRefusableLog() {
  const server = await startTestRedis()
  const redis = connectRedis(server.url, 'publisher', { logger })
  await redisReady(redis)
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
  })
  const refusals: PublishRefusal[] = []
  const outcomes: string[] = []
  const observer = {
    onAppend: (outcome: string) => void outcomes.push(outcome),
    onRefused: (refusal: PublishRefusal) => void refusals.push(refusal),
  }
  const log = new EventLog(redis, { observer })
  const channel = userChannel(uniqueUserId())
  const append = (customerId: string) =>
    log.append(channel, { type: 'CUSTOMER_UPDATED', payload: { customerId } })
  /** All that an append writes, with its bytes. */
  const written = async () => {
    const keys = (await redis.keys(`hw:{${channel}}:*`)).toSorted()
    const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
    return keys.map((key, at) => `${key} ${dumps[at]?.toString('hex')}`)
  }
  return { redis, log, channel, append, written, refusals, outcomes }
}

it('an append that finds the memory full writes nothing of it, and the next ones go on behind the last', async () => {
  const { redis, log, channel, append, written, refusals, outcomes } = await openRefusableLog()
  await append('1')
  const before = await written()
  const head = await log.head(channel)

  await redis.config('SET', 'maxmemory', '1')
  for (let at = 0; at < 3; at += 1) await expect(append('refused')).rejects.toThrow(/OOM/)
  expect(refusals).toEqual(['oom', 'oom', 'oom'])
  expect(await written()).toEqual(before)

  await redis.config('SET', 'maxmemory', '0')
  expect(await append('2')).toMatchObject({ outcome: 'appended', prev: head })
  expect(outcomes).toEqual(['appended', 'appended'])
})

it('the first append of a channel is whole or nothing when the memory is full', async () => {
  const { redis, append, written } = await openRefusableLog()
  await redis.config('SET', 'maxmemory', '1')
  const isTaken = await append('1').then(
    () => true,
    () => false,
  )
  const keys = await written()
  await redis.config('SET', 'maxmemory', '0')
  expect(keys).toHaveLength(isTaken ? 3 : 0)
  expect(await append('2')).toMatchObject({ outcome: 'appended' })
})

it('an append on a replica writes nothing', async () => {
  const { redis, log, channel, append, written, refusals } = await openRefusableLog()
  await append('1')
  const before = await written()
  const head = await log.head(channel)

  await redis.call('REPLICAOF', '127.0.0.1', '1')
  await expect(append('refused')).rejects.toThrow(/READONLY/)
  expect(refusals).toEqual(['readonly'])
  // The connection looks for another Redis, and finds this one again.
  await new Promise((resolve) => redis.once('ready', resolve))
  expect(await written()).toEqual(before)

  await redis.call('REPLICAOF', 'NO', 'ONE')
  expect(await append('2')).toMatchObject({ outcome: 'appended', prev: head })
})

it('says that Redis was away when nobody answered', async () => {
  const { redis, append, refusals } = await openRefusableLog()
  redis.disconnect()
  await expect(append('1')).rejects.toThrow(/closed|writeable/)
  expect(refusals).toEqual(['away'])
})
