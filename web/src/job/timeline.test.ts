import type { JobMessage } from '@headway/client'
import type { JobView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { timelineOf } from './timeline.ts'

let seq = 0

function messageOf(
  type: JobMessage['type'],
  payload: object,
  ms = (seq += 1),
  channel = 'user:ada',
): JobMessage {
  const timestamp = new Date(Date.UTC(2025, 0, 1) + ms).toISOString()
  return {
    type,
    channel,
    timestamp,
    payload: { jobId: 'j', operationType: 'rehearse', ...payload },
  } as unknown as JobMessage
}

const progress = (n: number, value: number) =>
  messageOf('JOB_PROGRESS', { attempt: 1, n, progress: value, label: `label ${n}` })

const job: JobView = {
  jobId: 'j',
  operationType: 'rehearse',
  state: 'failed',
  version: 5,
  progress: 50,
  progressN: 3,
  label: '',
  attempt: 2,
  cancelRequested: false,
  input: {},
  result: null,
  error: 'The page did not answer.',
  errorCode: 'timeout',
  steps: [{ name: 'load', index: 0, status: 'completed', durationMs: 1_500 }],
  question: null,
  artifacts: [{ artifactId: 'a1', name: 'page.png', contentType: 'image/png', size: 2_000 }],
  textEnd: 0,
  createdAt: '2025-01-01T00:00:00.000Z',
  startedAt: '2025-01-01T00:00:01.000Z',
  finishedAt: '2025-01-01T00:00:09.000Z',
}

describe('timelineOf', () => {
  it('tells from the record what nobody heard', () => {
    expect(timelineOf([], job).map(({ type, detail }) => `${type} ${detail}`.trim())).toEqual([
      'JOB_CREATED',
      'JOB_STARTED attempt 1',
      'JOB_STEP load completed in 1.5 s',
      'JOB_ARTIFACT page.png, 2 kB',
      'JOB_FAILED timeout: The page did not answer.',
    ])
  })

  it('tells nothing twice that was heard', () => {
    const heard = [
      messageOf('JOB_CREATED', { version: 1, state: 'created' }),
      messageOf('JOB_FAILED', { version: 5, attempt: 2, error: 'x', code: 'timeout', retryable: true }),
    ]
    expect(timelineOf(heard, job).map(({ type }) => type)).toEqual(['JOB_CREATED', 'JOB_FAILED'])
  })

  it('shows messages of progress in a row as the newest, with their number', () => {
    const heard = [
      progress(1, 10),
      progress(2, 20),
      messageOf('JOB_RUNNING', { version: 4 }),
      progress(3, 30),
    ]
    const lines = timelineOf(heard, job).filter(({ type }) => type === 'JOB_PROGRESS')
    expect(lines.map(({ count, detail }) => [count, detail])).toEqual([
      [2, '20 % label 2'],
      [1, '30 % label 3'],
    ])
  })

  it('puts progress behind the step that it has overtaken', () => {
    const heard = [
      messageOf('JOB_RUNNING', { version: 4, attempt: 1 }, 100),
      messageOf('JOB_PROGRESS', { attempt: 1, n: 1, progress: 10, label: '' }, 300),
      messageOf('JOB_STEP', { step: 'open', index: 0, status: 'completed' }, 200),
    ]
    const types = timelineOf(heard, { ...job, state: 'running', steps: [], artifacts: [] }).map(
      ({ type }) => type,
    )
    expect(types.slice(-3)).toEqual(['JOB_RUNNING', 'JOB_STEP', 'JOB_PROGRESS'])
  })

  it('gives every line a key of its own, which the other copy of a message does not change', () => {
    const heard = [progress(1, 1), messageOf('JOB_RUNNING', { version: 4, attempt: 1 })]
    const keys = timelineOf(heard, job).map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    const copies = heard.map((message): JobMessage => ({ ...message, channel: 'job:j' }))
    expect(timelineOf(copies, job).map(({ key }) => key)).toEqual(keys)
  })
})
