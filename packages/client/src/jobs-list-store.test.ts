import { jobChannel, type JobView } from '@headway/events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeRest } from '../test/fake-rest.ts'
import { FakeServer, type FakeJob } from '../test/fake-server.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { createClient } from './create-client.ts'
import { memoryCursorStore } from './cursor-store.ts'
import type { HeadwayClient } from './headway-client.ts'
import { jobsListStore, type JobsListValue } from './jobs-list-stores.ts'
import type { JobsFilter } from './jobs-filter.ts'

let server: FakeServer
let rest: FakeRest
let client: HeadwayClient
let heard: number

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  client = newClient()
  heard = 0
})

afterEach(() => {
  client.destroy()
  vi.useRealTimers()
})

function newClient(): HeadwayClient {
  rest = new FakeRest(server)
  return createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    fetch: (...call) => rest.fetch(...call),
    openTransport: (where, handlers) => server.openTransport(where, handlers),
  })
}

let created = 0

/** A job that is a second younger than the last. */
function addJob(jobId: string, changes: Partial<JobView> = {}): void {
  const createdAt = new Date(Date.UTC(2030, 0, 1) + ++created * 1_000).toISOString()
  Object.assign(server.addJob(jobId).view, { createdAt, ...changes })
}

/** A job that the user has just started. */
function createJob(jobId: string, changes: Partial<JobView> = {}): void {
  addJob(jobId, changes)
  const { operationType, version } = (server.jobs.get(jobId) as FakeJob).view
  const payload = { jobId, operationType, version, state: 'created' as const }
  server.publish(server.channel, { type: 'JOB_CREATED', payload })
  server.publish(jobChannel(jobId), { type: 'JOB_CREATED', payload })
}

function show(filter?: JobsFilter): { list: JobsListValue; stop: () => void } {
  const list = jobsListStore(client, filter)
  return { list, stop: list.subscribe(() => (heard += 1)) }
}

async function settle(ms = 200): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

async function connect(): Promise<void> {
  client.connect()
  await settle()
}

function rows(list: JobsListValue): string {
  const { jobs } = list.getSnapshot()
  return jobs.map(({ jobId, state, progress }) => `${jobId} ${state} ${progress}`).join(', ')
}

describe('a list', () => {
  it('is loaded for its first subscriber, and live once connected', async () => {
    addJob('a')
    addJob('b')
    const list = jobsListStore(client)
    expect(list.getSnapshot()).toMatchObject({ jobs: [], isLoading: true, hasMore: false })
    expect(rest.calls).toEqual([])
    client.connect()
    show()
    await settle()
    expect(rows(list)).toBe('b created 0, a created 0')
    expect(list.getSnapshot()).toMatchObject({ isLoading: false, freshness: 'live', error: null })
  })

  it('holds what happened between its first answer and the first connection (L2)', async () => {
    const { list } = show()
    await settle()
    expect(list.getSnapshot()).toMatchObject({ isLoading: false, freshness: 'stale' })
    createJob('a')
    await connect()
    expect(rows(list)).toBe('a created 0')
    expect(list.getSnapshot().freshness).toBe('live')
    expect(rest.calls).toHaveLength(2)
  })

  it('gets new jobs at its top, and moves them on', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    createJob('b')
    await settle()
    server.change('b', 'running', 'JOB_STARTED')
    server.progress('b', 40)
    await settle()
    expect(rows(list)).toBe('b running 40, a created 0')
    expect(rest.calls).toEqual(['GET /api/jobs?limit=50', 'GET /api/jobs/b'])
  })

  it('loses rows that no longer match, and gets those that begin to (L3)', async () => {
    addJob('a', { state: 'running' })
    addJob('b', { state: 'queued' })
    addJob('c', { state: 'queued', operationType: 'other' })
    await connect()
    const { list } = show({ state: 'running', type: 'rehearse' })
    await settle()
    expect(rows(list)).toBe('a running 0')
    server.change('b', 'running', 'JOB_STARTED')
    server.change('c', 'running', 'JOB_STARTED')
    server.change('a', 'completed', 'JOB_COMPLETED')
    await settle()
    expect(rows(list)).toBe('b running 0')
    expect(rest.calls).toEqual(['GET /api/jobs?state=running&type=rehearse&limit=50', 'GET /api/jobs/b'])
  })

  it('loads page after page, and as many of them anew (L4)', async () => {
    for (let n = 1; n <= 5; n++) addJob(`${n}`)
    await connect()
    const { list } = show({ limit: 2 })
    await settle()
    expect(list.getSnapshot()).toMatchObject({ hasMore: true, isLoadingMore: false })
    const more = list.loadMore()
    void list.loadMore()
    expect(list.getSnapshot()).toMatchObject({ isLoadingMore: true, freshness: 'live' })
    await settle()
    await more
    expect(list.getSnapshot().jobs).toHaveLength(4)
    void list.loadMore()
    await settle()
    expect(list.getSnapshot()).toMatchObject({ hasMore: false, isLoadingMore: false })
    expect(
      list
        .getSnapshot()
        .jobs.map(({ jobId }) => jobId)
        .join(''),
    ).toBe('54321')
    const before = list.getSnapshot().jobs
    void list.reload()
    await settle()
    expect(list.getSnapshot().jobs.every((job, index) => job === before[index])).toBe(true)
    expect(rest.calls).toHaveLength(4)
    expect(rest.calls.at(-1)).toBe('GET /api/jobs?limit=5')
  })

  it('is loaded anew after a gap that can’t be filled (L2)', async () => {
    await connect()
    const { list } = show()
    await settle()
    server.drop()
    createJob('a')
    createJob('b')
    server.log(server.channel).trim(1)
    await settle(3_000)
    expect(rows(list)).toBe('b created 0, a created 0')
    expect(list.getSnapshot().freshness).toBe('live')
  })

  it('catches up by messages alone after a gap that can', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    server.drop()
    server.change('a', 'running', 'JOB_STARTED')
    await settle(3_000)
    expect(rows(list)).toBe('a running 0')
    expect(rest.calls).toHaveLength(1)
  })

  it('is asked for as a whole when many jobs appear at once', async () => {
    await connect()
    const { list } = show()
    await settle()
    for (let n = 10; n < 60; n++) createJob(`job-${n}`)
    await settle()
    expect(list.getSnapshot().jobs).toHaveLength(50)
    expect(rest.calls.length).toBeLessThan(10)
  })

  it('stays true while nobody shows it, and asks for what is new when somebody does', async () => {
    addJob('a')
    await connect()
    const { list, stop } = show()
    await settle()
    stop()
    server.change('a', 'completed', 'JOB_COMPLETED')
    createJob('b')
    await settle()
    expect(rest.calls).toHaveLength(1)
    expect(rows(jobsListStore(client))).toBe('a completed 0')
    show()
    await settle()
    expect(rows(list)).toBe('b created 0, a completed 0')
  })

  it('is the same object until something in it has changed, and tells once per frame (S1, S2)', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    const before = list.getSnapshot()
    const told = heard
    server.change('a', 'running', 'JOB_STARTED')
    await settle()
    heard = 0
    expect(list.getSnapshot()).not.toBe(before)
    for (let n = 1; n <= 1_000; n++) server.progress('a', n / 10)
    await settle()
    expect(heard).toBe(1)
    const after = list.getSnapshot()
    server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: '7' } })
    await settle()
    expect(list.getSnapshot()).toBe(after)
    expect(told).toBeGreaterThan(0)
  })
})

describe('what goes wrong', () => {
  it('is told, and mended by the next connection', async () => {
    addJob('a')
    rest.failures = [503]
    const { list } = show()
    await settle()
    expect(list.getSnapshot()).toMatchObject({ isLoading: false, jobs: [] })
    expect(list.getSnapshot().error).toMatchObject({ name: 'RequestError', code: 'unavailable' })
    await connect()
    expect(rows(list)).toBe('a created 0')
    expect(list.getSnapshot().error).toBeNull()
  })

  it('leaves what is shown, and is mended by hand', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: { code: 'unavailable' }, freshness: 'catching-up' })
    expect(rows(list)).toBe('a created 0')
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('hides no job: one that could not be asked for comes with the whole list', async () => {
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    createJob('a')
    await settle()
    expect(rows(list)).toBe('a created 0')
    createJob('b')
    server.jobs.delete('b')
    await settle()
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('does not lose what was heard during a page that failed', async () => {
    addJob('a')
    addJob('b')
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    rest.failures = [503]
    rest.latencyMs = 50
    void list.loadMore()
    createJob('c')
    await settle()
    expect(rows(list)).toBe('c created 0, b created 0')
    await settle()
    expect(list.getSnapshot().error?.code).toBe('unavailable')
  })
})

it('shows nothing of the last user (J6)', async () => {
  addJob('a')
  await connect()
  const { list } = show()
  await settle()
  server = new FakeServer('grace')
  rest = new FakeRest(server)
  addJob('b')
  client.disconnect()
  await connect()
  expect(rows(list)).toBe('b created 0')
})

describe('whatever the order (L1)', () => {
  const SEEDS = Array.from({ length: 60 }, (_, seed) => seed)
  const STATES = ['running', 'completed', 'queued'] as const

  it.each(SEEDS)('a list never shows a state that the client knows to be over: seed %i', async (seed) => {
    const random = seededRandom(seed)
    const filters: JobsFilter[] = [{}, { state: 'running' }, { state: 'queued', limit: 3 }]
    const lists = filters.map((filter) => jobsListStore(client, filter))
    const ended = new Set<string>()
    let stops: (() => void)[] = []
    client.onEach(({ type, payload }) => {
      if (type === 'JOB_COMPLETED') ended.add((payload as { jobId: string }).jobId)
    })
    const check = (): void => {
      for (const list of lists) {
        const wrong = list
          .getSnapshot()
          .jobs.filter((job) => ended.has(job.jobId) && job.state !== 'completed')
        expect(wrong, `seed ${seed}`).toEqual([])
      }
    }
    for (const list of lists) list.subscribe(check)
    const acts: (() => void)[] = [
      () => createJob(`job-${seed}-${server.jobs.size}`),
      () => createJob(`job-${seed}-${server.jobs.size}`),
      () => client.connect(),
      () => client.connect(),
      () => server.drop(),
      () => (rest.latencyMs = pick(random, [1, 20, 60])),
      () => rest.failures.push(pick(random, [null, 503])),
      () => stops.push(...lists.map((list) => list.subscribe(check))),
      () => (stops = stops.filter((stop) => (stop(), false))),
      () => void pick(random, lists).loadMore(),
      () => void pick(random, lists).reload(),
      () => server.log(server.channel).trim(2),
    ]
    for (let n = 0; n < 40; n++) {
      const job = pick(random, [...server.jobs.values(), undefined])?.view
      if (job && job.state !== 'completed' && random() < 0.6) {
        const state = pick(random, STATES)
        const type = { running: 'JOB_STARTED', completed: 'JOB_COMPLETED', queued: 'JOB_QUEUED' } as const
        server.change(
          job.jobId,
          state,
          type[state],
          {},
          { user: pick(random, ['sent', 'sent', 'lost', 'twice']) },
        )
      } else pick(random, acts)()
      await settle(pick(random, [0, 1, 2, 10, 60]))
      check()
    }
    rest.failures = []
    server.drop()
    client.connect()
    await settle(60_000)
    for (const [index, list] of lists.entries()) {
      // What failed after the last connection is mended by hand.
      if (list.getSnapshot().error) await Promise.all([list.reload(), settle()])
      while (list.getSnapshot().hasMore) await Promise.all([list.loadMore(), settle()])
      const { state } = filters[index] as JobsFilter
      const truth = [...server.jobs.values()]
        .map(({ view }) => view)
        .filter((job) => (state ?? job.state) === job.state)
        .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      expect(list.getSnapshot()).toMatchObject({ freshness: 'live', error: null })
      expect(list.getSnapshot().jobs.map(({ jobId, state }) => `${jobId} ${state}`)).toEqual(
        truth.map(({ jobId, state }) => `${jobId} ${state}`),
      )
    }
  })
})
