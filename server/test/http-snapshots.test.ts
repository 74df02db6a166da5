import { uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { SnapshotReads } from '../src/snapshot-reads.ts'
import { startHttp } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

it('reads a few jobs at a time, and says when to come again to whoever is too much', async () => {
  const http = await startHttp({ snapshotReads: new SnapshotReads({ maxConcurrent: 1, maxWaiting: 5 }) })
  onTestFinished(() => http.close())
  const userId = uniqueUserId()
  const { jobId } = await http.createJob(userId)
  const paths = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? `/api/jobs/${jobId}` : '/api/jobs'))
  const answers = await Promise.all(paths.map((path) => http.call(`GET ${path}`, { userId })))

  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(40)
  for (const answer of refused) {
    expect(problemOf(answer)).toBe('503 unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
  expect((await http.call(`GET /api/jobs/${jobId}`, { userId })).status).toBe(200)
  expect(http.log()).not.toMatch(/"level":50/)
})
