import { randomUUID } from 'node:crypto'
import { WorkOffers, type WorkOffer } from '@headway/event-log'
import { expect, it } from 'vitest'
import { openLog, openRedis } from './open-log.ts'

async function openOffer() {
  const { log, redis, jobId, userId } = await openLog()
  const operationType = randomUUID()
  const offer: WorkOffer = {
    v: 1,
    jobId,
    userId,
    attempt: 1,
    operationType,
    input: { page: 1 },
    checkpoint: null,
  }
  await log.setFence(jobId, userId, 1)
  return { log, redis, jobId, userId, operationType, offer, offers: new WorkOffers(redis) }
}

it('E15: of all who were handed an attempt one gets it, and no other when it falls silent', async () => {
  const { offers, offer, operationType } = await openOffer()
  await offers.offer(offer)
  await offers.offer(offer)
  const blocked = new WorkOffers(await openRedis())
  const [one, two] = [await blocked.next(operationType, 1_000), await blocked.next(operationType, 1_000)]
  expect([one, two]).toEqual([offer, offer])
  expect(await blocked.next(operationType, 20)).toBeUndefined()
  expect(await offers.take(one!, { worker: 'a', seconds: 1 })).toBe('taken')
  expect(await offers.take(two!, { worker: 'b', seconds: 1 })).toBe('other')
  expect(await offers.state(offer)).toEqual({ isFenceKnown: true, worker: 'a', isAlive: true })
  expect(await offers.take(offer, { worker: 'a', seconds: 1, isHeld: true })).toBe('taken')
  await expect.poll(async () => (await offers.state(offer)).isAlive).toBe(false)
  expect(await offers.take(two!, { worker: 'b', seconds: 1 })).toBe('other')
})

it('E15: an offer that has been withdrawn, or whose attempt has ended, is taken by nobody', async () => {
  const { offers, offer, operationType, log, jobId, userId } = await openOffer()
  await offers.offer(offer)
  expect(await offers.isOffered(offer)).toBe(true)
  await offers.withdraw(offer)
  expect(await offers.isOffered(offer)).toBe(false)
  expect(await offers.next(operationType, 20)).toBeUndefined()
  await log.closeFence(jobId, userId, 1)
  expect(await offers.take(offer, { worker: 'a', seconds: 1 })).toBe('gone')
})

it('E15: a fence that Redis has lost lets a worker go on, and nobody begin', async () => {
  const { offers, offer, redis, jobId } = await openOffer()
  await offers.take(offer, { worker: 'a', seconds: 10 })
  await redis.del(`hw:{job:${jobId}}:fence:${jobId}`)
  expect(await offers.take(offer, { worker: 'a', seconds: 10, isHeld: true })).toBe('taken')
  expect(await offers.take({ ...offer, attempt: 2 }, { worker: 'b', seconds: 10 })).toBe('gone')
  expect((await offers.state(offer)).isFenceKnown).toBe(false)
})

it('shows the newest checkpoint to those who can not ask Postgres', async () => {
  const { offers, jobId } = await openOffer()
  expect(await offers.checkpoint(jobId)).toBeUndefined()
  await offers.showCheckpoint(jobId, { step: 'read', data: { rows: 3 } })
  expect(await offers.checkpoint(jobId)).toEqual({ step: 'read', data: { rows: 3 } })
  await offers.showCheckpoint(jobId, null)
  expect(await offers.checkpoint(jobId)).toBeUndefined()
})
