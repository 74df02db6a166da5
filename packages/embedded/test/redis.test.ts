import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRedis, type EmbeddedRedis } from '@headway/embedded'

/** What Headway needs of a Redis, held for a server from the PATH and for the Valkey that comes with Headway alike. */
describe.each(['any', 'wasm'] as const)('Redis (%s)', (engine) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headway-redis-'))
  const clients: Redis[] = []
  let redis: EmbeddedRedis

  beforeAll(async () => {
    redis = await startRedis({ dataDir, engine })
  })

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect()
  })

  afterAll(async () => {
    await redis.stop()
    rmSync(dataDir, { recursive: true })
  })

  function connect(): Redis {
    const client = new Redis(redis.url, { maxRetriesPerRequest: null })
    clients.push(client)
    return client
  }

  it('answers each command at once, not at the next tick of a timer', async () => {
    const client = connect()
    await client.ping()
    const start = performance.now()
    for (let i = 0; i < 100; i++) await client.incr('turns')
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('appends and publishes in a script, with the time of Redis as the number', async () => {
    const [client, subscriber] = [connect(), connect()]
    const received = new Promise((resolve) =>
      subscriber.once('pmessage', (_pattern, _channel, text) => resolve(text)),
    )
    await subscriber.psubscribe('news:*')
    const script = `
      local t = redis.call('TIME')
      local seq = t[1] .. string.format('%06d', t[2])
      redis.call('XADD', KEYS[1], seq .. '-0', 'text', ARGV[1])
      redis.call('PUBLISH', 'news:1', ARGV[1])
      return seq`
    const seq = Number(await client.eval(script, 1, 'log', 'hello'))
    expect(Math.abs(seq / 1_000 - Date.now())).toBeLessThan(5_000)
    expect(await client.xrange('log', '-', '+')).toEqual([[`${seq}-0`, ['text', 'hello']]])
    expect(await received).toBe('hello')
  })

  it('trims a stream by age', async () => {
    const client = connect()
    for (const id of [1, 2, 3]) await client.xadd('trimmed', `${id}-0`, 'n', id)
    await client.xtrim('trimmed', 'MINID', '3-0')
    expect(await client.xrange('trimmed', '-', '+')).toEqual([['3-0', ['n', '3']]])
  })

  it('wakes a blocked reader, and lets one go at its timeout', async () => {
    const [client, reader] = [connect(), connect()]
    const popped = reader.blpop('queue', 5)
    await client.lpush('queue', 'job')
    expect(await popped).toEqual(['queue', 'job'])
    expect(await reader.blpop('queue', 0.2)).toBeNull()
  })

  it('takes and gives back large values, and long pipelines', async () => {
    const client = connect()
    const large = 'x'.repeat(5_000_000)
    await client.set('large', large)
    expect(await client.get('large')).toBe(large)
    const pipeline = client.pipeline()
    for (let i = 0; i < 2_000; i++) pipeline.rpush('list', String(i))
    await pipeline.exec()
    expect(await client.lrange('list', -1, -1)).toEqual(['1999'])
  })

  it('serves hundreds of connections', async () => {
    const many = Array.from({ length: 200 }, connect)
    expect(await Promise.all(many.map((client) => client.ping()))).toHaveLength(200)
  })

  it('cuts the subscribers when told to, and they come back', async () => {
    const [client, subscriber] = [connect(), connect()]
    await subscriber.subscribe('cut')
    const isBack = new Promise((resolve) => subscriber.once('ready', resolve))
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await isBack
    const received = new Promise((resolve) => subscriber.once('message', (_channel, text) => resolve(text)))
    await expect.poll(() => client.publish('cut', 'again')).toBe(1)
    expect(await received).toBe('again')
  })

  it('forgets everything on FLUSHALL', async () => {
    const client = connect()
    await client.set('kept', '1')
    await client.flushall()
    expect(await client.dbsize()).toBe(0)
  })

  it('moves the jobs of a queue', async () => {
    const connection = { url: redis.url }
    const done = Promise.withResolvers<unknown>()
    const worker = new Worker('turns', async (job) => done.resolve(job.data), { connection })
    const queue = new Queue('turns', { connection })
    await queue.add('turn', { n: 1 }, { jobId: 'a-1' })
    expect(await done.promise).toEqual({ n: 1 })
    await worker.close()
    await queue.close()
  })

  it('refuses to evict', async () => {
    expect(await connect().config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  })

  it('keeps its data over a restart if it says so, and is seen to be another process', async () => {
    const runId = async () => /run_id:(\w+)/.exec(await connect().info('server'))?.[1]
    await connect().set('remembered', 'yes')
    const before = await runId()
    for (const client of clients.splice(0)) client.disconnect()
    await redis.stop()
    redis = await startRedis({ dataDir, engine })
    expect(await connect().get('remembered')).toBe(redis.keepsData ? 'yes' : null)
    expect(await runId()).not.toBe(before)
  })

  it('says so when its port is taken', async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as { port: number }
    const folder = mkdtempSync(join(tmpdir(), 'headway-redis-'))
    await expect(startRedis({ dataDir: folder, engine, port })).rejects.toMatchObject({ code: 'port_taken' })
    stranger.close()
    rmSync(folder, { recursive: true })
  })
})
