import { startTestRedis } from '@headway/test-kit'
import { Redis } from 'ioredis'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { requireSafeRedis, UnsafeRedisError } from '../src/index.ts'

const lines: string[] = []
const line = (_fields: object, message: string) => void lines.push(message)
const logger = { debug: line, info: line, warn: line, error: line }

let redis: Redis
beforeEach(async () => {
  lines.length = 0
  const server = await startTestRedis()
  redis = new Redis(server.url)
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
  })
})

it('lets a Redis pass that throws nothing away', async () => {
  await requireSafeRedis(redis, { isProduction: true, logger })
  expect(lines.filter((text) => text.includes('maxmemory'))).toEqual([])
})

it('refuses one that does, in production; elsewhere it warns', async () => {
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await expect(requireSafeRedis(redis, { isProduction: true, logger })).rejects.toThrow(UnsafeRedisError)
  await requireSafeRedis(redis, { isProduction: false, logger })
  expect(lines.at(-1)).toMatch(/maxmemory-policy "allkeys-lru"/)
})

it('says in the log what it may not ask', async () => {
  await redis.call('ACL', 'SETUSER', 'default', '-config')
  await requireSafeRedis(redis, { isProduction: true, logger })
  expect(lines).toEqual([expect.stringMatching(/CONFIG is not allowed/)])
})

it('lets a user pass that may call INFO alone of what is dangerous, and says what to do where not even that', async () => {
  await redis.call('ACL', 'SETUSER', 'default', '-@dangerous', '+info', '+acl')
  await requireSafeRedis(redis, { isProduction: true, logger })
  await redis.call('ACL', 'SETUSER', 'default', '-info')
  const refused = requireSafeRedis(redis, { isProduction: false, logger })
  await expect(refused).rejects.toThrow(UnsafeRedisError)
  await expect(refused).rejects.toThrow('+info')
})
