import { describe, expect, it } from 'vitest'
import type { JobRow } from '../database/database.ts'
import { NO_PARTS, toJobView } from './job-view.ts'

const row: JobRow = {
  job_id: '0190b7d2-0000-4000-8000-000000000001',
  user_id: '42',
  operation_type: 'rehearse',
  state: 'running',
  version: 4,
  dispatch: 1,
  attempt: 2,
  input: { steps: 1 },
  result: null,
  error: null,
  error_code: null,
  retryable: null,
  failures: 0,
  losses: 0,
  priority: 0,
  exclusive: false,
  busy_count: 0,
  preempt_requested_at: null,
  queued_reason: 'created',
  not_before: null,
  cancel_requested_at: null,
  cancel_reason: null,
  cancelled_by: null,
  worker_id: 'w1',
  lease_until: new Date(),
  question: null,
  question_until: null,
  progress: 20,
  progress_n: 5,
  label: 'of the row',
  text_end: 7,
  text_sha256: null,
  text_key: null,
  created_at: new Date('2026-01-01T00:00:00.000Z'),
  started_at: new Date('2026-01-01T00:00:01.000Z'),
  finished_at: null,
  updated_at: new Date(),
}
const sent = { attempt: 2, n: 6, progress: 30, label: 'sent' }

describe('toJobView', () => {
  it('shows the newest progress of the attempt', () => {
    const view = toJobView(row, { ...NO_PARTS, newest: sent })
    expect(view).toMatchObject({ progress: 30, progressN: 6, label: 'sent' })
  })

  it.each([
    ['of an earlier attempt', { ...sent, attempt: 1, n: 99 }],
    ['older than the row', { ...sent, n: 5 }],
    ['missing', undefined],
  ])('shows the progress of the row where the one sent is %s', (_, newest) => {
    expect(toJobView(row, { ...NO_PARTS, newest })).toMatchObject({
      progress: 20,
      progressN: 5,
      label: 'of the row',
    })
  })

  it('shows a completed job at 100', () => {
    expect(toJobView({ ...row, state: 'completed' }, { ...NO_PARTS, newest: sent }).progress).toBe(100)
  })

  it('shows a request to cancel until the job has ended', () => {
    const asked = { ...row, cancel_requested_at: new Date() }
    expect(toJobView(asked, NO_PARTS).cancelRequested).toBe(true)
    expect(toJobView({ ...asked, state: 'cancelled' }, NO_PARTS).cancelRequested).toBe(false)
  })

  it('prefers the end of the text that is being written', () => {
    expect(toJobView(row, NO_PARTS).textEnd).toBe(7)
    expect(toJobView(row, { ...NO_PARTS, liveTextEnd: 3 }).textEnd).toBe(3)
  })
})
