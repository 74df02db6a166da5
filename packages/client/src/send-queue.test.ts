import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { ClientEvents } from './client-events.ts'
import { SendQueue, type DroppedSend, type SendName } from './send-queue.ts'
import type { RequestAck } from './transport.ts'

type Ack = RequestAck<SendName>

const EXPIRY_MS = 60_000
const taken = { ok: true, state: 'running' } as const

function refused(code: 'unavailable' | 'rate_limited' | 'conflict', retryAfterMs?: number): Ack {
  return { ok: false, error: { code, message: code, ...(retryAfterMs && { retryAfterMs }) } }
}

let isOpen: boolean
let sent: string[]
let dropped: DroppedSend[]
let answer: (jobId: string) => Ack | Promise<Ack>
let queue: SendQueue

/** The job's id names the call. */
async function cancel(jobId: string): Promise<Ack> {
  return await queue.send('cancel:job', [jobId])
}

beforeEach(() => {
  vi.useFakeTimers()
  isOpen = true
  sent = []
  dropped = []
  answer = () => taken
  const events = new ClientEvents(() => {})
  events.add('send-dropped', (call) => dropped.push(call))
  queue = new SendQueue({
    request: (async (_name: string, jobId: string) => {
      sent.push(jobId)
      return await answer(jobId)
    }) as never,
    isOpen: () => isOpen,
    expiryMs: EXPIRY_MS,
    events,
  })
})

afterEach(() => vi.useRealTimers())

describe('the queue of calls', () => {
  it('makes a call at once where there is a connection, and answers what the server does', async () => {
    expect(await cancel('a')).toEqual(taken)
    answer = () => refused('conflict')
    expect(await queue.send('answer:job', ['a', 'colour', 'red'])).toEqual(refused('conflict'))
    expect(queue.length).toBe(0)
  })

  it('keeps calls until there is a connection, and makes them in order, one at a time (Q1)', async () => {
    isOpen = false
    const answers = Promise.all(['a', 'b', 'c'].map((jobId) => cancel(jobId)))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sent).toEqual([])
    let underWay = 0
    answer = async () => {
      underWay += 1
      expect(underWay).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      underWay -= 1
      return taken
    }
    isOpen = true
    queue.flush()
    const late = cancel('d')
    await vi.advanceTimersByTimeAsync(50)
    expect(await answers).toEqual([taken, taken, taken])
    await late
    expect(sent).toEqual(['a', 'b', 'c', 'd'])
  })

  it('makes a call again also where the clock of the machine was set back meanwhile (Q2)', async () => {
    answer = () => refused('unavailable')
    const answers = cancel('a')
    await vi.advanceTimersByTimeAsync(0)
    answer = () => taken
    vi.setSystemTime(Date.now() - 3_600_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(sent).toEqual(['a', 'a'])
    expect(await answers).toEqual(taken)
  })

  it('makes none before the server wants it, a new one neither (Q2)', async () => {
    answer = () => refused('rate_limited', 5_000)
    const answers = Promise.all([cancel('a'), cancel('b')])
    await vi.advanceTimersByTimeAsync(4_900)
    answer = () => taken
    const late = cancel('c')
    await vi.advanceTimersByTimeAsync(50)
    expect(sent).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await answers).toEqual([taken, taken])
    await late
    expect(sent).toEqual(['a', 'a', 'b', 'c'])
  })

  it.each(['unavailable', 'rate_limited'] as const)(
    'makes a call again that was %s, a while later and before those behind it (Q2)',
    async (code) => {
      const refusals = [refused(code), refused(code)]
      answer = () => refusals.shift() ?? taken
      const answers = Promise.all([cancel('a'), cancel('b')])
      await vi.advanceTimersByTimeAsync(900)
      expect(sent).toEqual(['a'])
      await vi.advanceTimersByTimeAsync(4_000)
      expect(sent).toEqual(['a', 'a', 'a', 'b'])
      expect(await answers).toEqual([taken, taken])
    },
  )

  it('gives up what waits too long, and says which (Q3)', async () => {
    isOpen = false
    const first = cancel('a')
    await vi.advanceTimersByTimeAsync(30_000)
    const second = cancel('b')
    await vi.advanceTimersByTimeAsync(33_000)
    expect(await first).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(dropped).toEqual([{ name: 'cancel:job', args: ['a'], reason: 'expired' }])
    isOpen = true
    queue.flush()
    expect(await second).toEqual(taken)
    expect(sent).toEqual(['b'])
  })

  it('makes no call that has expired, although the timer that should have told was late (Q3)', async () => {
    isOpen = false
    const call = cancel('a')
    // A page that was frozen.
    vi.setSystemTime(Date.now() + EXPIRY_MS)
    isOpen = true
    queue.flush()
    expect(await call).toMatchObject({ ok: false })
    expect(sent).toEqual([])
  })

  it('gives a late answer to nobody when its call was given up meanwhile (Q3)', async () => {
    const late = Promise.withResolvers<Ack>()
    answer = (jobId) => (jobId === 'a' ? late.promise : refused('conflict'))
    const first = cancel('a')
    await vi.advanceTimersByTimeAsync(EXPIRY_MS - 1_000)
    const second = cancel('b')
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await first).toMatchObject({ error: { code: 'unavailable' } })
    late.resolve(taken)
    expect(await second).toEqual(refused('conflict'))
    expect(sent).toEqual(['a', 'b'])
  })

  it('holds 1,000, and gives up the oldest for a newer one (Q3)', async () => {
    isOpen = false
    const [first] = Array.from({ length: 1_001 }, (_, index) => cancel(String(index)))
    expect(await first).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(queue.length).toBe(1_000)
    expect(dropped).toEqual([{ name: 'cancel:job', args: ['0'], reason: 'full' }])
  })

  it('leaves no timer and no caller without an answer when it is cleared (C7)', async () => {
    isOpen = false
    const answers = Promise.all([cancel('a'), cancel('b')])
    queue.clear('stopped')
    expect(await answers).toMatchObject([{ ok: false }, { ok: false }])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('answers each call once and keeps the order, whatever the connection does (Q1, Q2)', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed)
      const seen: string[] = []
      sent = []
      dropped = []
      answer = async (jobId) => {
        await new Promise((resolve) => setTimeout(resolve, random() * 300))
        if (!isOpen || random() < 0.2) return refused('unavailable')
        seen.push(jobId)
        // The answer may be lost although the server took the call.
        return random() < 0.1 ? refused('unavailable') : taken
      }
      const calls: Promise<Ack>[] = []
      for (let step = 0; step < 60; step++) {
        isOpen = random() < 0.7
        if (isOpen) queue.flush()
        if (random() < 0.5) calls.push(cancel(String(calls.length)))
        await vi.advanceTimersByTimeAsync(pick(random, [0, 50, 400]))
      }
      isOpen = true
      await vi.advanceTimersByTimeAsync(2 * EXPIRY_MS)
      const answers = await Promise.all(calls)
      const given = answers.filter(({ ok }) => ok).length
      expect(given + dropped.length, `seed ${seed}`).toBe(calls.length)
      expect(queue.length).toBe(0)
      const order = seen.map(Number)
      expect(order, `seed ${seed}`).toEqual(order.toSorted((a, b) => a - b))
    }
  })
})
