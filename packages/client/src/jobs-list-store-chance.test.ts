import type { JobView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { server } from '../test/client-fixture.ts'
import { client, createJob, rest, settle } from '../test/jobs-list-fixture.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import type { JobsFilter } from './jobs-filter.ts'
import { jobsListStore } from './jobs-list-stores.ts'

function statesOf(jobs: readonly JobView[]): string[] {
  return jobs.map(({ jobId, state }) => `${jobId} ${state}`)
}

function truthOf({ state }: JobsFilter): string[] {
  const jobs = Array.from(server.jobs.values(), ({ view }) => view)
  const listed = jobs.filter((job) => (state ?? job.state) === job.state)
  return statesOf(listed.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)))
}

describe('whatever the order (L1)', () => {
  const SEEDS = Array.from({ length: 60 }, (_, seed) => seed)
  const STATES = ['running', 'completed', 'queued'] as const
  const TYPES = { running: 'JOB_STARTED', completed: 'JOB_COMPLETED', queued: 'JOB_QUEUED' } as const

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
        const user = pick(random, ['sent', 'sent', 'lost', 'twice'] as const)
        server.change(job.jobId, state, TYPES[state], {}, { user })
      } else pick(random, acts)()
      await settle(pick(random, [0, 1, 2, 10, 60]))
      check()
    }
    rest.failures = []
    server.drop()
    client.connect()
    await settle(60_000)
    for (const [index, list] of lists.entries()) {
      while (list.getSnapshot().hasMore) await Promise.all([list.loadMore(), settle()])
      expect(list.getSnapshot()).toMatchObject({ freshness: 'live', error: null })
      expect(statesOf(list.getSnapshot().jobs)).toEqual(truthOf(filters[index] as JobsFilter))
    }
  })

  it.each(SEEDS)('a list holds by messages alone what the server would list: seed %i', async (seed) => {
    const random = seededRandom(seed)
    const filters: JobsFilter[] = [{}, { state: 'running' }, { state: 'queued', limit: 2 }, { limit: 3 }]
    client.connect()
    await settle()
    const lists = filters.map((filter) => jobsListStore(client, filter))
    for (const list of lists) list.subscribe(() => {})
    for (let n = 0; n < 60; n++) {
      const job = pick(random, [...server.jobs.values(), undefined])?.view
      rest.latencyMs = pick(random, [1, 20, 60])
      if (random() < 0.1) void pick(random, lists).loadMore()
      if (!job || job.state === 'completed') createJob(`job-${seed}-${server.jobs.size}`)
      else {
        const state = pick(random, STATES)
        const user = pick(random, ['sent', 'sent', 'twice'] as const)
        server.change(job.jobId, state, TYPES[state], {}, { user })
      }
      await settle(pick(random, [0, 1, 2, 10, 60]))
    }
    await settle(1_000)
    for (const [index, list] of lists.entries()) {
      while (list.getSnapshot().hasMore) await Promise.all([list.loadMore(), settle()])
      expect(list.getSnapshot().freshness).toBe('live')
      expect(statesOf(list.getSnapshot().jobs)).toEqual(truthOf(filters[index] as JobsFilter))
    }
  })
})
