import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeServer } from '../test/fake-server.ts'
import { createClient } from './create-client.ts'
import { memoryCursorStore } from './cursor-store.ts'
import type { HeadwayClient } from './headway-client.ts'
import { jobsStore } from './jobs-store.ts'

let server: FakeServer
let client: HeadwayClient

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  client = createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    openTransport: (where, handlers) => server.openTransport(where, handlers),
  })
  client.connect()
})

afterEach(() => {
  client.destroy()
  vi.useRealTimers()
})

async function settle(ms = 200): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

it('is all jobs in one value, told once per frame, the same until one changes (S1, S2)', async () => {
  server.addJob('a')
  server.addJob('b')
  const store = jobsStore(client, ['b', 'a'])
  const before = store.getSnapshot()
  expect(store.getSnapshot()).toBe(before)
  expect(before.map(({ jobId, isLoading }) => `${jobId} ${isLoading}`)).toEqual(['b true', 'a true'])
  let told = 0
  const stop = store.subscribe(() => (told += 1))
  await settle()
  const loaded = store.getSnapshot()
  expect(loaded.map(({ state }) => state)).toEqual(['created', 'created'])
  told = 0
  server.change('a', 'running', 'JOB_STARTED')
  server.change('b', 'running', 'JOB_STARTED')
  await settle()
  expect(told).toBe(1)
  server.change('a', 'completed', 'JOB_COMPLETED')
  await settle()
  expect(store.getSnapshot().map(({ state }) => state)).toEqual(['running', 'completed'])
  stop()
  await settle(2_000)
  expect(server.requests.filter(({ name }) => name === 'unsubscribe:job')).toHaveLength(2)
})

it('follows more jobs than are kept without anybody following them (J4)', async () => {
  const jobIds = Array.from({ length: 250 }, (_, n) => `job-${n}`)
  for (const jobId of jobIds) server.addJob(jobId)
  const store = jobsStore(client, jobIds)
  expect(store.getSnapshot()).toBe(store.getSnapshot())
  store.subscribe(() => {})
  await settle()
  for (const jobId of jobIds) server.change(jobId, 'completed', 'JOB_COMPLETED')
  await settle()
  expect(store.getSnapshot().every(({ state }) => state === 'completed')).toBe(true)
})
