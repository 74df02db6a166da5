import { jobChannel } from '@headway/events'
import { describe, expect, it, vi } from 'vitest'
import { clientOf, jobId, publishCustomer, server } from '../test/client-fixture.ts'
import type { Delivery } from '../test/fake-server.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import type { TransportFactory } from './transport.ts'

/** What the application hears of one channel. */
interface Heard {
  seqs: number[]
  /** Messages that follow neither the one before them nor a `resync`. */
  astray: number[]
}

/** A connection by long polling: what comes within a moment comes in one breath, answers and messages alike. */
const openPolling: TransportFactory = (target, handlers) => {
  const packets: (() => void)[] = []
  const bring = (packet: () => void): void => {
    if (packets.push(packet) > 1) return
    setTimeout(() => packets.splice(0).forEach((take) => take()), 20)
  }
  const transport = server.openTransport(target, {
    ...handlers,
    onMessage: (message) => bring(() => handlers.onMessage(message)),
    onResync: (resync) => bring(() => handlers.onResync(resync)),
    onReady: (ready) => bring(() => handlers.onReady(ready)),
  })
  return {
    request: (...request) =>
      new Promise((resolve) => {
        void transport.request(...request).then((ack) => bring(() => resolve(ack)))
      }),
    close: () => transport.close(),
  }
}

const DELIVERIES: Delivery[] = ['sent', 'sent', 'lost', 'twice']
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1)

describe('the channels of a client, whatever happens', () => {
  it.each(SEEDS)('are heard in order and without a gap that is not told, seed %i (D1, D2)', async (seed) => {
    const random = seededRandom(seed)
    const isPolling = random() < 0.5
    const client = clientOf({ requestTimeoutMs: 500, ...(isPolling && { openTransport: openPolling }) })
    const channel = jobChannel(jobId)
    const heard: Record<string, Heard> = {
      [server.channel]: { seqs: [], astray: [] },
      [channel]: { seqs: [], astray: [] },
    }
    const standings = new Map<string, number>()
    client.onEach(({ channel: name, seq, prev }) => {
      const known = heard[name]
      if (!known || seq === undefined) return
      const standing = standings.get(name)
      if (standing !== undefined && prev !== standing) known.astray.push(seq)
      known.seqs.push(seq)
      standings.set(name, seq)
    })
    client.onConnection('resync', ({ channel: name, seq }) => void standings.set(name, seq))
    server.addJob(jobId)
    const undoings: (() => void)[] = []
    const delivery = (): Delivery => pick(random, DELIVERIES)
    const actions: (() => void)[] = [
      () => client.connect(),
      () => random() < 0.2 && client.disconnect(),
      () => random() < 0.5 && server.drop(),
      () => publishCustomer(delivery()),
      () => publishCustomer(delivery()),
      () => server.change(jobId, 'running', 'JOB_RUNNING', {}, { user: delivery(), job: delivery() }),
      () => server.change(jobId, 'running', 'JOB_RUNNING', {}, { user: delivery(), job: delivery() }),
      () => undoings.push(client.subscribe(jobId, () => {})),
      () => undoings.pop()?.(),
      () => random() < 0.3 && server.log(pick(random, [channel, server.channel])).trim(1),
      () => random() < 0.1 && server.log(pick(random, [channel, server.channel])).wipe(),
      () =>
        void (server.subscribeProblem = pick(random, [undefined, undefined, 'unavailable', 'rate_limited'])),
      () => void (server.isAnswering = random() < 0.7),
    ]
    for (let step = 0; step < 120; step++) {
      pick(random, actions)()
      await vi.advanceTimersByTimeAsync(pick(random, [0, 0, 1, 2, 30, 1_500]))
      // Whoever leaves a job and comes back begins anew.
      if (undoings.length === 0) standings.delete(channel)
    }
    server.subscribeProblem = undefined
    server.isAnswering = true
    client.connect()
    undoings.push(client.subscribe(jobId, () => {}))
    await vi.advanceTimersByTimeAsync(60_000)
    server.change(jobId, 'running', 'JOB_RUNNING')
    await vi.advanceTimersByTimeAsync(60_000)
    for (const [name, { seqs, astray }] of Object.entries(heard)) {
      expect(astray, name).toEqual([])
      expect(seqs, name).toEqual([...new Set(seqs)])
      expect(standings.get(name), name).toBe(server.log(name).head)
    }
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', freshness: 'live' })
    client.destroy()
    expect(vi.getTimerCount()).toBe(0)
  })
})
