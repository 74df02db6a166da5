import { jobChannel, type JobState } from '@headway/events'
import { beforeEach } from 'vitest'
import type { HeadwayClient } from '../src/headway-client.ts'
import { jobStore, watchJobs } from '../src/job-stores.ts'
import { clientOf, jobId, server } from './client-fixture.ts'

export const channel = jobChannel(jobId)

/** A client of this test's server; connecting is the test's. */
export let client: HeadwayClient

beforeEach(() => {
  client = clientOf()
  watchJobs(client)
})

/** How often the server was asked this. */
export function requestsOf(name: string): number {
  return server.requests.filter((request) => request.name === name).length
}

/** Follows the job and keeps every state that a component would have shown. */
export function watch(): { states: (JobState | undefined)[]; unsubscribe: () => void } {
  const store = jobStore(client, jobId)
  const states = [store.getSnapshot().state]
  const unsubscribe = store.subscribe(() => states.push(store.getSnapshot().state))
  return { states, unsubscribe }
}

/** Brings the job from the queue to work. */
export function run(): void {
  server.change(jobId, 'queued', 'JOB_QUEUED')
  server.change(jobId, 'running', 'JOB_STARTED')
  server.change(jobId, 'running', 'JOB_RUNNING')
}
