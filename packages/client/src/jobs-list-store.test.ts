import { describe, expect, it } from 'vitest'
import { server } from '../test/client-fixture.ts'
import {
  addJob,
  changeUser,
  client,
  connect,
  createJob,
  rest,
  rows,
  settle,
  show,
  told,
} from '../test/jobs-list-fixture.ts'
import { jobsListStore } from './jobs-list-stores.ts'

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
    expect(rest.calls).toEqual(['GET /api/jobs?limit=50', 'GET /api/jobs?limit=1'])
  })

  it('asks once for jobs that began to match and ended before they came (L1)', async () => {
    for (const jobId of ['a', 'b']) addJob(jobId, { state: 'queued' })
    await connect()
    const { list } = show({ state: 'running' })
    await settle()
    rest.latencyMs = 5
    for (const jobId of ['a', 'b']) {
      server.change(jobId, 'running', 'JOB_STARTED')
      server.change(jobId, 'running', 'JOB_RUNNING')
      server.change(jobId, 'completed', 'JOB_COMPLETED')
    }
    await settle(40)
    expect(rest.calls.slice(1)).toEqual(['GET /api/jobs?state=running&limit=10'])
    expect(rows(list)).toBe('')
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
    expect(rest.calls).toEqual([
      'GET /api/jobs?state=running&type=rehearse&limit=50',
      'GET /api/jobs?state=running&type=rehearse&limit=10',
    ])
  })

  it('gets a job that is not among the newest with the list loaded anew (L3)', async () => {
    addJob('a', { state: 'queued' })
    for (let n = 10; n < 25; n++) addJob(`${n}`, { state: 'running' })
    await connect()
    const { list } = show({ state: 'running' })
    await settle()
    server.change('a', 'running', 'JOB_STARTED')
    await settle()
    expect(rest.calls.at(-1)).toBe('GET /api/jobs?state=running&limit=50')
    expect(rest.calls).toHaveLength(3)
    const { jobs, freshness } = list.getSnapshot()
    expect(jobs.map(({ jobId }) => jobId).slice(-2)).toEqual(['10', 'a'])
    expect(freshness).toBe('live')
  })

  it('does not ask for a job that is older than what is loaded', async () => {
    for (const jobId of ['a', 'b']) addJob(jobId)
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    server.change('a', 'running', 'JOB_STARTED')
    await settle()
    expect(rows(list)).toBe('b created 0')
    expect(rest.calls).toHaveLength(1)
    void list.loadMore()
    await settle()
    expect(rows(list)).toBe('b created 0, a running 0')
  })

  it('keeps what was heard while an answer was on its way, and no more than is in it (L1)', async () => {
    for (const jobId of ['a', 'b', 'c']) addJob(jobId)
    await connect()
    const { list } = show()
    await settle()
    rest.latencyMs = 50
    void list.reload()
    server.jobs.delete('c')
    await settle(0)
    server.change('b', 'running', 'JOB_STARTED')
    server.progress('b', 7)
    await settle(20)
    expect(rows(list)).toBe('c created 0, b running 7, a created 0')
    const held = list.getSnapshot().jobs
    await settle(100)
    expect(rows(list)).toBe('b running 7, a created 0')
    expect(list.getSnapshot().jobs[0]).toBe(held[1])
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
    const timesBefore = told.times
    server.change('a', 'running', 'JOB_STARTED')
    await settle()
    told.times = 0
    expect(list.getSnapshot()).not.toBe(before)
    for (let n = 1; n <= 1_000; n++) server.progress('a', n / 10)
    await settle()
    expect(told.times).toBe(1)
    const after = list.getSnapshot()
    server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: '7' } })
    await settle()
    expect(list.getSnapshot()).toBe(after)
    expect(timesBefore).toBeGreaterThan(0)
  })
})

it('shows nothing of the last user (J6)', async () => {
  addJob('a')
  await connect()
  const { list } = show()
  await settle()
  changeUser('grace')
  addJob('b')
  client.disconnect()
  await connect()
  expect(rows(list)).toBe('b created 0')
})

it('takes nothing that was heard of the last user’s jobs into the list of the next, however late an answer comes (J6)', async () => {
  addJob('a')
  await connect()
  const { list } = show()
  await settle()
  rest.latencyMs = 5_000
  void list.reload()
  createJob('x')
  await settle()
  changeUser('grace')
  addJob('b')
  client.disconnect()
  await connect()
  await settle(10_000)
  expect(rows(list)).toBe('b created 0')
  expect(rest.calls).toEqual(['GET /api/jobs?limit=50'])
})
