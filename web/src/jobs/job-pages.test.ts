import type { JobMessage } from '@headway/client'
import type { JobView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { withJob, withJobMessage, type JobPages } from './job-pages.ts'

function jobOf(changes: Partial<JobView> & { jobId: string }): JobView {
  return {
    operationType: 'rehearse',
    state: 'queued',
    version: 2,
    progress: 0,
    progressN: 0,
    label: '',
    attempt: 0,
    cancelRequested: false,
    input: {},
    result: null,
    error: null,
    errorCode: null,
    steps: [],
    question: null,
    artifacts: [],
    textEnd: 0,
    createdAt: '2025-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    ...changes,
  }
}

function pagesOf(...pages: JobView[][]): JobPages {
  return {
    pages: pages.map((jobs, index) => ({
      jobs,
      nextCursor: index === pages.length - 1 ? null : `c${index}`,
    })),
    pageParams: pages.map((_, index) => (index === 0 ? null : `c${index - 1}`)),
  }
}

function messageOf(type: JobMessage['type'], jobId: string, payload: object): JobMessage {
  return {
    type,
    channel: 'user:ada',
    timestamp: '2025-01-01T00:01:00.000Z',
    payload: { jobId, operationType: 'rehearse', ...payload },
  } as unknown as JobMessage
}

const progress = (n: number, value: number) =>
  messageOf('JOB_PROGRESS', 'a', { attempt: 1, n, progress: value, label: `at ${value}` })

const idsOf = (pages: JobPages) => pages.pages.map(({ jobs }) => jobs.map(({ jobId }) => jobId))

describe('withJobMessage', () => {
  const pages = pagesOf([jobOf({ jobId: 'a' }), jobOf({ jobId: 'b' })])

  it('moves a job on and leaves the others the same objects', () => {
    const changed = withJobMessage(pages, messageOf('JOB_STARTED', 'a', { version: 3, attempt: 1 }), {})
    expect(changed.pages[0]?.jobs[0]).toMatchObject({ state: 'running', attempt: 1, version: 3 })
    expect(changed.pages[0]?.jobs[1]).toBe(pages.pages[0]?.jobs[1])
  })

  it('ignores a message that the list is already ahead of', () => {
    expect(withJobMessage(pages, messageOf('JOB_QUEUED', 'a', { version: 2, reason: 'created' }), {})).toBe(
      pages,
    )
  })

  it('takes progress in order only', () => {
    const later = withJobMessage(pages, progress(2, 40), {})
    expect(withJobMessage(later, progress(1, 20), {})).toBe(later)
    expect(later.pages[0]?.jobs[0]).toMatchObject({ progress: 40, label: 'at 40' })
  })

  it('drops a job that the filter no longer wants', () => {
    const started = messageOf('JOB_STARTED', 'a', { version: 3, attempt: 1 })
    expect(idsOf(withJobMessage(pages, started, { state: 'queued' }))).toEqual([['b']])
  })
})

describe('withJob', () => {
  const pages = pagesOf(
    [jobOf({ jobId: 'c', createdAt: '2025-01-03' }), jobOf({ jobId: 'b', createdAt: '2025-01-02' })],
    [jobOf({ jobId: 'a', createdAt: '2025-01-01' })],
  )

  it('puts a new job where its age belongs', () => {
    expect(idsOf(withJob(pages, jobOf({ jobId: 'd', createdAt: '2025-01-04' }), {}))).toEqual([
      ['d', 'c', 'b'],
      ['a'],
    ])
    expect(idsOf(withJob(pages, jobOf({ jobId: 'x', createdAt: '2025-01-01T12' }), {}))).toEqual([
      ['c', 'b'],
      ['x', 'a'],
    ])
    expect(idsOf(withJob(pages, jobOf({ jobId: 'x', createdAt: '2024-01-01' }), {}))).toEqual([
      ['c', 'b'],
      ['a', 'x'],
    ])
  })

  it('leaves a job older than what is loaded to "load more"', () => {
    const first = { ...pages, pages: pages.pages.slice(0, 1) }
    expect(withJob(first, jobOf({ jobId: 'x', createdAt: '2024-01-01' }), {})).toBe(first)
  })

  it('puts the first job into an empty list', () => {
    expect(idsOf(withJob(pagesOf([]), jobOf({ jobId: 'a' }), {}))).toEqual([['a']])
  })

  it('leaves out what the filter does not want', () => {
    expect(withJob(pages, jobOf({ jobId: 'd' }), { type: 'capture-page' })).toBe(pages)
  })

  it('never goes back to an older version', () => {
    const newer = withJob(pages, jobOf({ jobId: 'b', version: 5, state: 'completed' }), {})
    expect(withJob(newer, jobOf({ jobId: 'b', version: 4, state: 'running' }), {})).toBe(newer)
  })
})
