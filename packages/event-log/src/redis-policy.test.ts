import { describe, expect, it } from 'vitest'
import { judgeRedis } from './redis-policy.ts'

const safe = { policy: 'noeviction', appendonly: 'yes' }

describe('judgeRedis', () => {
  it('has nothing to say of a Redis that keeps everything, nor of one that does not answer', () => {
    expect(judgeRedis(safe, true)).toEqual({ warnings: [] })
    expect(judgeRedis({ policy: undefined, appendonly: undefined }, true)).toEqual({ warnings: [] })
  })

  it('refuses any other policy in production, naming it and what to set', () => {
    const { refusal, warnings } = judgeRedis({ ...safe, policy: 'allkeys-lru' }, true)
    expect(refusal).toMatch(/maxmemory-policy "allkeys-lru".*CONFIG SET maxmemory-policy noeviction/)
    expect(warnings).toEqual([])
  })

  it('warns of it elsewhere', () => {
    const { refusal, warnings } = judgeRedis({ ...safe, policy: 'volatile-ttl' }, false)
    expect(refusal).toBeUndefined()
    expect(warnings).toEqual([expect.stringMatching(/"volatile-ttl"/)])
  })

  it('warns in production of a Redis that forgets at a restart', () => {
    expect(judgeRedis({ ...safe, appendonly: 'no' }, true)).toEqual({
      warnings: [expect.stringMatching(/appendonly yes/)],
    })
    expect(judgeRedis({ ...safe, appendonly: 'no' }, false)).toEqual({ warnings: [] })
  })
})
