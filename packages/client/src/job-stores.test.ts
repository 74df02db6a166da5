import { describe, expect, it, vi } from 'vitest'
import { jobId, server, settle } from '../test/client-fixture.ts'
import { client, run, watch } from '../test/job-fixture.ts'
import { jobStore } from './job-stores.ts'

describe('an ended job (J1)', () => {
  const acts = {
    connect: () => client.connect(),
    mount: () => void watch(),
    end: () => server.change(jobId, 'completed', 'JOB_COMPLETED'),
  }
  type Act = keyof typeof acts

  const ORDERS: Act[][] = [
    ['connect', 'mount', 'end'],
    ['connect', 'end', 'mount'],
    ['mount', 'connect', 'end'],
    ['mount', 'end', 'connect'],
    ['end', 'connect', 'mount'],
    ['end', 'mount', 'connect'],
  ]

  it.each(
    ORDERS.flatMap((order) =>
      [true, false].map((isSettling) => [order.join(', '), order, isSettling] as const),
    ),
  )('is never shown as running: %s', async (_name, order, isSettling) => {
    server.addJob(jobId)
    run()
    for (const act of order) {
      acts[act]()
      if (isSettling) await settle()
    }
    await settle()
    const shown = jobStore(client, jobId).getSnapshot()
    expect(shown).toMatchObject({ state: 'completed', progress: 100, freshness: 'live', isLoading: false })
  })

  it.each(['user', 'job'] as const)(
    'is known to have ended when only the %s channel says so',
    async (told) => {
      server.addJob(jobId)
      client.connect()
      await settle()
      const { states } = watch()
      run()
      await settle()
      server.change(jobId, 'completed', 'JOB_COMPLETED', {}, { user: 'lost', job: 'lost', [told]: 'sent' })
      await settle()
      server.progress(jobId, 50)
      await settle()
      expect(states.at(-1)).toBe('completed')
      expect(states.indexOf('completed')).toBe(states.length - 1)
    },
  )

  it('is known although nobody followed it and the news was lost', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const first = watch()
    run()
    await settle()
    first.unsubscribe()
    await vi.advanceTimersByTimeAsync(2_000)
    server.drop()
    server.change(jobId, 'completed', 'JOB_COMPLETED')
    server.log(server.channel).wipe()
    await vi.advanceTimersByTimeAsync(2_000)
    const second = watch()
    await settle()
    expect(second.states).not.toContain('running')
    expect(second.states.at(-1)).toBe('completed')
  })
})

describe('stores (S1, S2)', () => {
  it('notifies once for a replay of 1,000 messages, and last of all with the newest', async () => {
    server.addJob(jobId)
    client.connect()
    const listener = vi.fn<() => void>()
    const store = jobStore(client, jobId)
    store.subscribe(listener)
    await settle()
    listener.mockClear()
    run()
    for (let n = 1; n <= 1_000; n++) server.progress(jobId, n / 10)
    await settle()
    expect(listener).toHaveBeenCalledTimes(1)
    expect(store.getSnapshot()).toMatchObject({ progress: 100, label: '100 %' })
    expect(store.getSnapshot()).toBe(store.getSnapshot())
  })

  it('keeps no more than 100 jobs that nobody follows', async () => {
    client.connect()
    await settle()
    const jobIds = Array.from(
      { length: 150 },
      (_, n) => `0b0e9b3c-6a5e-4f1d-9d5e-${String(n).padStart(12, '0')}`,
    )
    for (const id of jobIds) {
      server.addJob(id)
      server.change(id, 'queued', 'JOB_QUEUED')
    }
    await settle()
    const stateOf = (index: number): unknown => jobStore(client, jobIds[index] as string).getSnapshot().state
    expect(stateOf(149)).toBe('queued')
    expect(stateOf(0)).toBeUndefined()
  })
})
