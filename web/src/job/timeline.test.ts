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

const stepViews = (count: number): JobView['steps'] =>
  Array.from({ length: count }, (_, index) => ({
    name: `step-${index + 1}`,
    index,
    status: 'completed',
    durationMs: 100,
  }))

const names = (heard: readonly JobMessage[], view: JobView) =>
  timelineOf(heard, view).lines.map(({ type, detail }) => `${type} ${detail}`.trim())

describe('timelineOf', () => {
  it('shows messages of progress in a row as the newest, with their number', () => {
    const heard = [
      progress(1, 10),
      progress(2, 20),
      messageOf('JOB_RUNNING', { version: 4 }),
      progress(3, 33.333_33),
    ]
    const lines = timelineOf(heard, job).lines.filter(({ type }) => type === 'JOB_PROGRESS')
    expect(lines.map(({ count, detail }) => [count, detail])).toEqual([
      [2, '20 % label 2'],
      [1, '33 % label 3'],
    ])
  })

  it('puts progress behind the step that it has overtaken', () => {
    const heard = [
      messageOf('JOB_RUNNING', { version: 4, attempt: 1 }, 100),
      messageOf('JOB_PROGRESS', { attempt: 1, n: 1, progress: 10, label: '' }, 300),
      messageOf('JOB_STEP', { step: 'open', index: 0, status: 'completed' }, 200),
    ]
    const { lines } = timelineOf(heard, { ...job, state: 'running', steps: [], artifacts: [] })
    expect(lines.map(({ type }) => type).slice(-3)).toEqual(['JOB_RUNNING', 'JOB_STEP', 'JOB_PROGRESS'])
  })

  it('shows the step that a cancel has broken off as stopped', () => {
    const heard = [
      messageOf('JOB_STEP', { step: 'open', index: 0, status: 'failed', error: 'The operation was aborted' }),
      messageOf('JOB_CANCELLED', { version: 5, by: 'user' }),
    ]
    const lines = names(heard, { ...job, state: 'cancelled', steps: [], artifacts: [] })
    expect(lines.slice(-2)).toEqual(['JOB_STEP open stopped', 'JOB_CANCELLED by user'])
    const steps: JobView['steps'] = [{ name: 'open', index: 0, status: 'failed', durationMs: 40 }]
    expect(names([], { ...job, state: 'cancelled', steps })).toContain('JOB_STEP open stopped')
  })

  it('gives every line a key of its own, which the other copy of a message does not change', () => {
    const heard = [progress(1, 1), messageOf('JOB_RUNNING', { version: 4, attempt: 1 })]
    const keys = timelineOf(heard, job).lines.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    const copies = heard.map((message): JobMessage => ({ ...message, channel: 'job:j' }))
    expect(timelineOf(copies, job).lines.map(({ key }) => key)).toEqual(keys)
  })
})

describe('what the record tells', () => {
  const created = messageOf('JOB_CREATED', { version: 1, state: 'created' }, 0)
  const queued = messageOf('JOB_QUEUED', { version: 2, reason: 'created' }, 1)
  const started = messageOf('JOB_STARTED', { version: 3, attempt: 1 }, 2)
  const running = messageOf('JOB_RUNNING', { version: 4, attempt: 1 }, 3)
  const beginning = [created, queued, started, running]
  const beginningNames = ['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED attempt 1', 'JOB_RUNNING']

  const stepAt = (ms: number, index: number, status: string, durationMs?: number) =>
    messageOf('JOB_STEP', { step: `step-${index + 1}`, index, status, durationMs }, ms, 'job:j')
  const progressAt = (ms: number, n: number) =>
    messageOf('JOB_PROGRESS', { attempt: 1, n, progress: n, label: '' }, ms)
  const runningJob: JobView = {
    ...job,
    state: 'running',
    version: 4,
    attempt: 1,
    error: null,
    errorCode: null,
    steps: stepViews(2),
    artifacts: [],
    finishedAt: null,
  }

  it('is all there is where nothing was heard', () => {
    expect(names([], job)).toEqual([
      'JOB_CREATED',
      'JOB_STARTED attempt 1',
      'JOB_STEP load completed in 1.5 s',
      'JOB_ARTIFACT page.png, 2 kB',
      'JOB_FAILED timeout: The page did not answer.',
    ])
    const { lines, completeFrom } = timelineOf([], job)
    expect(lines.every(({ isRecorded }) => isRecorded)).toBe(true)
    expect(completeFrom).toBe(lines.length)
  })

  it('tells nothing twice that was heard', () => {
    const heard = [
      ...beginning,
      stepAt(200, 0, 'completed'),
      messageOf('JOB_ARTIFACT', { artifactId: 'a1', name: 'page.png', size: 2_000 }),
      messageOf('JOB_FAILED', { version: 5, attempt: 1, error: 'x', code: 'timeout', retryable: true }),
    ]
    const timeline = timelineOf(heard, { ...job, steps: stepViews(1) })
    expect(timeline.lines.map(({ isRecorded }) => isRecorded)).toEqual(heard.map(() => false))
    expect(timeline.completeFrom).toBeNull()
  })

  it('is there for steps before the channel of the job was followed, though its creation was heard', () => {
    const heard = [...beginning, stepAt(250, 2, 'started')]
    const timeline = timelineOf(heard, {
      ...runningJob,
      steps: [...stepViews(2), { name: 'step-3', index: 2, status: 'started', durationMs: null }],
    })
    expect(timeline.lines.map(({ type, detail }) => `${type} ${detail}`.trim())).toEqual([
      ...beginningNames,
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_STEP step-3 started',
    ])
    expect(timeline.completeFrom).toBe(6)
    expect(timeline.heard).toBe(5)
  })

  it('stands among the progress that was heard meanwhile', () => {
    const heard = [
      ...beginning,
      progressAt(100, 1),
      progressAt(205, 2),
      progressAt(310, 3),
      stepAt(315, 2, 'completed', 100),
    ]
    expect(names(heard, { ...runningJob, steps: stepViews(3) }).slice(4)).toEqual([
      'JOB_PROGRESS 1 %',
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_PROGRESS 2 %',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_STEP step-3 started',
      'JOB_PROGRESS 3 %',
      'JOB_STEP step-3 completed in 100 ms',
    ])
  })

  it('has the beginning of a step of which only the end was heard, and none of one that was reported as done', () => {
    const view: JobView = { ...runningJob, steps: stepViews(2) }
    const expected = ['JOB_STEP step-1 started', 'JOB_STEP step-1 completed in 100 ms']
    expect(names([...beginning, stepAt(100, 0, 'completed', 100)], view).slice(4, 6)).toEqual(expected)
    const under: JobView = {
      ...view,
      steps: [{ name: 'step-1', index: 0, status: 'started', durationMs: null }],
    }
    expect(names(beginning, under).slice(4)).toEqual(expected.slice(0, 1))
    expect(names([...beginning, stepAt(100, 0, 'completed')], view).slice(4, 5)).toEqual([
      'JOB_STEP step-1 completed',
    ])
  })

  it('stands before what a worker says now, until the next step shows where it belongs', () => {
    expect(names([...beginning, progressAt(150, 1)], runningJob).slice(4)).toEqual([
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_PROGRESS 1 %',
    ])
  })

  it('stands before the end of a job that was over at once', () => {
    const completed = messageOf('JOB_COMPLETED', { version: 5, attempt: 1, durationMs: 300 }, 300)
    const ended: JobView = { ...runningJob, state: 'completed', version: 5 }
    expect(names([...beginning, completed], ended).slice(4)).toEqual([
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_COMPLETED in 300 ms',
    ])
  })

  it('stays before the question when the job goes on after it', () => {
    const question = messageOf('JOB_QUESTION', { version: 5, question: 'go-on', prompt: 'Go on?' }, 300)
    const expected = [
      ...beginningNames,
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_QUESTION Go on?',
    ]
    const heard = [...beginning, question]
    expect(names(heard, { ...runningJob, state: 'waiting', version: 5 })).toEqual(expected)
    heard.push(
      messageOf('JOB_ANSWERED', { version: 6, question: 'go-on' }, 400),
      messageOf('JOB_QUEUED', { version: 7, reason: 'answered' }, 401),
    )
    expect(names(heard, { ...runningJob, state: 'queued', version: 7 }).slice(0, 7)).toEqual(expected)
    heard.push(messageOf('JOB_STARTED', { version: 8, attempt: 2 }, 402))
    expect(names(heard, { ...runningJob, version: 8 }).slice(0, 7)).toEqual(expected)
    heard.push(messageOf('JOB_RUNNING', { version: 9, attempt: 2, resumedFrom: 'step-2' }, 403))
    expect(names(heard, { ...runningJob, version: 9 }).slice(0, 7)).toEqual(expected)
  })

  it('fills a gap in the middle where it was', () => {
    const heard = [
      ...beginning,
      stepAt(100, 0, 'started'),
      stepAt(500, 3, 'started'),
      stepAt(600, 3, 'completed', 100),
    ]
    expect(names(heard, { ...runningJob, steps: stepViews(4) }).slice(4)).toEqual([
      'JOB_STEP step-1 started',
      'JOB_STEP step-1 completed in 100 ms',
      'JOB_STEP step-2 completed in 100 ms',
      'JOB_STEP step-3 completed in 100 ms',
      'JOB_STEP step-4 started',
      'JOB_STEP step-4 completed in 100 ms',
    ])
  })

  it('has the question that was open before anybody listened, also once it is answered', () => {
    const question = { name: 'go-on', prompt: 'Go on?', schema: {} }
    const waiting: JobView = { ...runningJob, state: 'waiting', version: 5, question }
    expect(names([], waiting).at(-1)).toBe('JOB_QUESTION Go on?')
    const answered = messageOf('JOB_ANSWERED', { version: 6, question: 'go-on' }, 400)
    expect(names([answered], { ...runningJob, state: 'queued', version: 7 }).slice(-2)).toEqual([
      'JOB_QUESTION go-on',
      'JOB_ANSWERED go-on',
    ])
  })

  it('has the end that was missed, though an earlier one of the same kind was heard', () => {
    const failed = { attempt: 1, error: 'x', code: 'timeout', retryable: true }
    const heard = [...beginning, messageOf('JOB_FAILED', { version: 5, ...failed }, 300)]
    const lines = names(heard, { ...job, version: 11, steps: [], artifacts: [] })
    expect(lines.filter((line) => line.startsWith('JOB_FAILED'))).toHaveLength(2)
  })

  it('brings back nothing that is not held any more', () => {
    const heard = Array.from({ length: 1_000 }, (_, at) => stepAt(at, 500 + at, 'completed'))
    const timeline = timelineOf(heard, { ...runningJob, steps: stepViews(1_500) })
    expect(timeline.isCut).toBe(true)
    expect(timeline.lines.some(({ isRecorded }) => isRecorded)).toBe(false)
    expect(timeline.heard).toBe(1_000)
  })
})
