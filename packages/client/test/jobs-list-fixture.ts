import { jobChannel, type JobView } from '@headway/events'
import { beforeEach } from 'vitest'
import type { HeadwayClient } from '../src/headway-client.ts'
import type { JobsFilter } from '../src/jobs-filter.ts'
import { jobsListStore, type JobsListValue } from '../src/jobs-list-stores.ts'
import * as fixture from './client-fixture.ts'
import { FakeRest } from './fake-rest.ts'
import type { FakeJob } from './fake-server.ts'

/** The REST calls of this test's server. */
export let rest: FakeRest

/** A client of this test's server; connecting is the test's. */
export let client: HeadwayClient

/** How often the lists that are shown told of a change. */
export let told: { times: number }

beforeEach(() => {
  rest = new FakeRest(fixture.server)
  client = fixture.clientOf({ fetch: (...call) => rest.fetch(...call) })
  told = { times: 0 }
})

let created = 0

/** A job that is a second younger than the last. */
export function addJob(jobId: string, changes: Partial<JobView> = {}): void {
  const createdAt = new Date(Date.UTC(2030, 0, 1) + ++created * 1_000).toISOString()
  Object.assign(fixture.server.addJob(jobId).view, { createdAt, ...changes })
}

/** A job that the user has just started. */
export function createJob(jobId: string, changes: Partial<JobView> = {}): void {
  const { server } = fixture
  addJob(jobId, changes)
  const { operationType, version } = (server.jobs.get(jobId) as FakeJob).view
  const payload = { jobId, operationType, version, state: 'created' as const }
  server.publish(server.channel, { type: 'JOB_CREATED', payload })
  server.publish(jobChannel(jobId), { type: 'JOB_CREATED', payload })
}

/** Another user is who connects next. */
export function changeUser(userId: string): void {
  rest = new FakeRest(fixture.changeUser(userId))
}

export function show(filter?: JobsFilter): { list: JobsListValue; stop: () => void } {
  const list = jobsListStore(client, filter)
  return { list, stop: list.subscribe(() => (told.times += 1)) }
}

/** Lets everything on its way arrive, answers of REST calls too. */
export async function settle(ms = 200): Promise<void> {
  await fixture.settle(ms)
}

export async function connect(): Promise<void> {
  client.connect()
  await settle()
}

/** What a list shows, a row after the other. */
export function rows(list: JobsListValue): string {
  const { jobs } = list.getSnapshot()
  return jobs.map(({ jobId, state, progress }) => `${jobId} ${state} ${progress}`).join(', ')
}
