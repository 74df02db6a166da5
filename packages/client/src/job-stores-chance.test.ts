import { describe, expect, it, vi } from 'vitest'
import { jobId, server } from '../test/client-fixture.ts'
import type { Delivery } from '../test/fake-server.ts'
import { channel, client } from '../test/job-fixture.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { jobStore } from './job-stores.ts'

describe('anything that can happen', () => {
  const DELIVERIES: Delivery[] = ['sent', 'sent', 'sent', 'lost', 'twice']
  const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

  it.each(SEEDS)('ends with the server’s truth, seed %i (D1, D2, J1, J2)', async (seed) => {
    const random = seededRandom(seed)
    const job = server.addJob(jobId)
    const heard: number[] = []
    let version = 0
    client.onAny(({ channel, seq }) => void (channel === server.channel && seq && heard.push(seq)))
    const store = jobStore(client, jobId)
    let unsubscribe: (() => void) | undefined
    const delivery = (): Delivery => pick(random, DELIVERIES)
    const actions: (() => void)[] = [
      () => client.connect(),
      () => client.disconnect(),
      () => server.drop(),
      () => void (unsubscribe ??= store.subscribe(() => {})),
      () => {
        unsubscribe?.()
        unsubscribe = undefined
      },
      () => job.view.attempt > 0 && server.write(jobId, pick(random, ['é🚀', 'abc', 'ß\n']), delivery()),
      () => job.view.state === 'running' && server.progress(jobId, Math.floor(random() * 100)),
      () => server.log(channel).trim(1),
      () => server.log(server.channel).wipe(),
      () => void (server.refusals = [null, 'unavailable']),
      () => {
        const [state, type] = pick(random, [
          ['queued', 'JOB_QUEUED'],
          ['running', 'JOB_STARTED'],
          ['running', 'JOB_RUNNING'],
          ['completed', 'JOB_COMPLETED'],
        ] as const)
        if (state === 'running' || job.view.state !== 'completed') {
          server.change(jobId, state, type, {}, { user: delivery(), job: delivery() })
        }
      },
    ]
    for (let step = 0; step < 80; step++) {
      pick(random, actions)()
      await vi.advanceTimersByTimeAsync(pick(random, [0, 1, 2, 30, 1_500]))
      const { job: view, text } = store.getSnapshot()
      const here = `step ${step}`
      expect(heard, here).toEqual([...new Set(heard)].toSorted((a, b) => a - b))
      expect(job.text.toString().startsWith(text), here).toBe(true)
      expect(view?.version ?? 0, here).toBeLessThanOrEqual(job.view.version)
      version = unsubscribe ? Math.max(version, view?.version ?? 0) : 0
      expect(view?.version ?? version, here).toBeGreaterThanOrEqual(version)
    }
    server.refusals = []
    client.connect()
    unsubscribe ??= store.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(40_000)
    // The last message of a channel leaves no gap: whatever comes next, or a wake, tells.
    server.change(jobId, job.view.state, 'JOB_RUNNING')
    server.write(jobId, '.')
    await vi.advanceTimersByTimeAsync(40_000)
    const shown = store.getSnapshot()
    expect(shown).toMatchObject({ freshness: 'live', text: job.text.toString() })
    expect(shown.job?.version).toBe(job.view.version)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', freshness: 'live' })
  })
})
