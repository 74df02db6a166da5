import type { JobView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import type { JobMessage } from './job-message.ts'
import { appendPage, applyToList, mayBelong, putIntoList, replaceList, type JobsList } from './jobs-list.ts'
import { emptyJob } from './reduce-job.ts'

function jobOf(jobId: string, day: number, changes: Partial<JobView> = {}): JobView {
  const createdAt = `2030-01-0${day}T00:00:00.000Z`
  const job = { ...emptyJob(jobId).job, operationType: 'rehearse', state: 'queued' as const, version: 2 }
  return { ...job, createdAt, ...changes }
}

function messageOf(type: JobMessage['type'], jobId: string, payload: object): JobMessage {
  const timestamp = '2030-01-09T00:00:00.000Z'
  const channel = 'user:ada'
  const message = { type, channel, timestamp, payload: { jobId, operationType: 'rehearse', ...payload } }
  return message as unknown as JobMessage
}

const started = (jobId: string, version = 3) => messageOf('JOB_STARTED', jobId, { version, attempt: 1 })
const progress = (n: number) => messageOf('JOB_PROGRESS', 'b', { attempt: 1, n, progress: n, label: `${n}` })
const idsOf = ({ jobs }: JobsList) => jobs.map(({ jobId }) => jobId).join('')

const list: JobsList = { jobs: [jobOf('c', 3), jobOf('b', 2)], nextCursor: null }

describe('a message', () => {
  it('moves its job on, and leaves the others the same objects', () => {
    const changed = applyToList(list, started('b'), {})
    expect(changed.jobs[1]).toMatchObject({ state: 'running', version: 3, attempt: 1 })
    expect(changed.jobs[0]).toBe(list.jobs[0])
  })

  it('changes nothing where the list is ahead of it, or does not hold the job', () => {
    expect(applyToList(list, started('b', 2), {})).toBe(list)
    expect(applyToList(list, started('x'), {})).toBe(list)
    const later = applyToList(list, progress(2), {})
    expect(applyToList(later, progress(1), {})).toBe(later)
  })

  it('takes a job out that no longer matches', () => {
    expect(idsOf(applyToList(list, started('b'), { state: 'queued' }))).toBe('c')
  })

  it('tells that an unknown job may belong to the list', () => {
    expect(mayBelong(list, started('x'), {})).toBe(true)
    expect(mayBelong(list, started('x'), { state: 'running', type: 'rehearse' })).toBe(true)
    expect(mayBelong(list, started('x'), { state: 'queued' })).toBe(false)
    expect(mayBelong(list, started('x'), { type: 'capture-page' })).toBe(false)
    expect(mayBelong(list, started('b'), {})).toBe(false)
    expect(mayBelong(list, messageOf('JOB_PROGRESS', 'x', { attempt: 1, n: 1 }), {})).toBe(false)
  })
})

describe('a job that is put in', () => {
  it('takes the place of its age, and of its id among equals', () => {
    expect(idsOf(putIntoList(list, jobOf('x', 4), {}))).toBe('xcb')
    expect(idsOf(putIntoList(list, jobOf('x', 3), {}))).toBe('xcb')
    expect(idsOf(putIntoList(list, jobOf('a', 3), {}))).toBe('cab')
    expect(idsOf(putIntoList(list, jobOf('x', 1), {}))).toBe('cbx')
  })

  it('waits for its page where it is older than what is loaded', () => {
    expect(idsOf(putIntoList({ ...list, nextCursor: '2' }, jobOf('x', 1), {}))).toBe('cb')
  })

  it('never brings an older version back', () => {
    const newer = putIntoList(list, jobOf('b', 2, { version: 5, state: 'completed' }), {})
    expect(putIntoList(newer, jobOf('b', 2, { version: 4, state: 'running' }), {})).toBe(newer)
  })

  it('is left out, and taken out, where it does not match', () => {
    expect(putIntoList(list, jobOf('x', 4), { state: 'running' }).jobs).toBe(list.jobs)
    const ended = jobOf('b', 2, { version: 5, state: 'completed' })
    expect(idsOf(putIntoList(list, ended, { state: 'queued' }))).toBe('c')
  })
})

describe('a page', () => {
  it('replaces the list, but not what is newer in it', () => {
    const ahead = applyToList(applyToList(list, started('b'), {}), progress(7), {})
    const fresh = { jobs: [jobOf('d', 4), jobOf('c', 3), jobOf('b', 2)], nextCursor: 'z' }
    const replaced = replaceList(ahead, fresh, {})
    expect(idsOf(replaced)).toBe('dcb')
    expect(replaced.jobs[1]).toBe(list.jobs[0])
    expect(replaced.jobs[2]).toMatchObject({ state: 'running', progress: 7 })
    expect(replaced.nextCursor).toBe('z')
  })

  it('follows what is there, each job once', () => {
    const page = { jobs: [jobOf('b', 2), jobOf('a', 1)], nextCursor: null }
    const appended = appendPage({ ...list, nextCursor: '2' }, page, {})
    expect(idsOf(appended)).toBe('cba')
    expect(appended.jobs[1]).toBe(list.jobs[1])
    expect(appended.nextCursor).toBeNull()
  })
})
