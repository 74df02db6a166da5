import {
  isTerminalState,
  jobChannel,
  userChannel,
  type Channel,
  type JobState,
  type JobSubscription,
  type JobView,
  type MessagePayloads,
  type WorkflowEventType,
} from '@headway/events'
import { describe, expect, it } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import type { JobMessage } from './job-message.ts'
import { emptyJob, loadJob, reduceJob, type JobRecord } from './reduce-job.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const job = jobChannel(jobId)
const user = userChannel('ada')

type Payload<TType extends WorkflowEventType> = Omit<MessagePayloads[TType], 'jobId' | 'operationType'>

function message<TType extends WorkflowEventType>(
  type: TType,
  payload: Payload<TType>,
  { channel = job, seq }: { channel?: Channel; seq?: number } = {},
): JobMessage {
  const timestamp = '2030-01-01T00:00:00.000Z'
  const place = seq === undefined ? {} : { seq, prev: seq - 1 }
  return {
    type,
    payload: { jobId, operationType: 'x', ...payload },
    timestamp,
    channel,
    ...place,
  } as unknown as JobMessage
}

function snapshot(view: Partial<JobView>, seq = 100, text = ''): JobSubscription {
  const textEnd = Buffer.byteLength(text)
  return { channel: job, seq, job: { ...emptyJob(jobId).job, ...view }, text, textOffset: 0, textEnd }
}

/** The life of a job as its channel tells it. */
const LIFE: readonly JobMessage[] = [
  message('JOB_CREATED', { version: 1, state: 'created' }),
  message('JOB_QUEUED', { version: 2, reason: 'created' }),
  message('JOB_STARTED', { version: 3, attempt: 1 }),
  message('JOB_RUNNING', { version: 4, attempt: 1 }),
  message('JOB_PROGRESS', { attempt: 1, n: 1, progress: 10, label: 'ten' }),
  message('JOB_QUEUED', { version: 5, reason: 'worker-lost' }),
  message('JOB_STARTED', { version: 6, attempt: 2 }),
  message('JOB_RUNNING', { version: 7, attempt: 2, textOffset: 0 }),
  message('JOB_PROGRESS', { attempt: 2, n: 1, progress: 5, label: 'five' }),
  message('JOB_STEP', { step: 'load', index: 0, status: 'started' }),
  message('JOB_STEP', { step: 'load', index: 0, status: 'completed', durationMs: 7 }),
  message('JOB_ARTIFACT', { artifactId: 'a', name: 'a.png', contentType: 'image/png', size: 3 }),
  message('JOB_COMPLETED', { version: 8, attempt: 2, result: { rows: 3 }, durationMs: 9 }),
].map((entry, index) => (entry.type === 'JOB_PROGRESS' ? entry : { ...entry, seq: index + 1, prev: index }))

const STATE_OF_VERSION: JobState[] = [
  'created',
  'created',
  'queued',
  'running',
  'running',
  'queued',
  'running',
  'running',
  'completed',
]

function reduceAll(messages: readonly JobMessage[], record: JobRecord = emptyJob(jobId)): JobRecord {
  return messages.reduce(reduceJob, record)
}

describe('reduceJob', () => {
  it('follows a job from its creation to its end', () => {
    const { job: view, events } = reduceAll(LIFE)
    expect(view).toMatchObject({ state: 'completed', version: 8, attempt: 2, result: { rows: 3 } })
    expect(view.steps).toEqual([{ name: 'load', index: 0, status: 'completed', durationMs: 7 }])
    expect(view.artifacts).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual(LIFE.map(({ type }) => type))
  })

  it('shows an artifact as the one that took its place, whichever copy of which message comes last', () => {
    const draft = { artifactId: 'a', name: 'a.txt', contentType: 'text/plain', size: 5 }
    const final = { ...draft, contentType: 'text/markdown', size: 10 }
    const told = [
      message('JOB_ARTIFACT', draft, { seq: 1 }),
      message('JOB_ARTIFACT', final, { seq: 2 }),
      message('JOB_ARTIFACT', draft, { channel: user, seq: 1 }),
    ]
    expect(reduceAll(told).job.artifacts).toEqual([final])
    const older = loadJob(reduceAll(told), snapshot({ artifacts: [draft] }, 1))
    expect(older.job.artifacts).toEqual([final])
  })

  it('changes nothing for a message it has, so that nobody is told', () => {
    const record = reduceAll(LIFE)
    const doubled = LIFE.filter(({ type }) => type !== 'JOB_STEP')
    for (const entry of doubled) expect(reduceJob(record, { ...entry, channel: user })).toBe(record)
  })

  it('never shows an ended job as anything else, in whatever order messages and snapshots come (J1)', () => {
    const copies = LIFE.map((entry) => ({ ...entry, channel: user }))
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed)
      const left: (JobMessage | number)[] = [...LIFE, ...copies, 0, 2, 4, 8]
      let record = emptyJob(jobId)
      let isEnded = false
      while (left.length > 0) {
        const [next] = left.splice(Math.floor(random() * left.length), 1)
        if (typeof next === 'number') {
          const view = { version: next, state: STATE_OF_VERSION[next] as JobState, attempt: next > 5 ? 2 : 1 }
          record = loadJob(record, snapshot(view, Math.floor(random() * 14)))
          isEnded ||= next === 8
        } else if (next) {
          record = reduceJob(record, next)
          isEnded ||= next.type === 'JOB_COMPLETED'
        }
        const trace = `seed ${seed}, ${left.length} left`
        expect(isTerminalState(record.job.state), trace).toBe(isEnded)
        expect(record.job.state, trace).toBe(STATE_OF_VERSION[record.job.version])
      }
      expect(record.job.state).toBe('completed')
      expect(record.job.steps, `seed ${seed}`).toEqual([
        { name: 'load', index: 0, status: 'completed', durationMs: 7 },
      ])
    }
  })

  it('lets a resume bring an ended job back, and forgets the old outcome (J1)', () => {
    const failed = reduceAll([
      ...LIFE.slice(0, 4),
      message('JOB_FAILED', { version: 5, attempt: 1, error: 'boom', code: 'internal', retryable: true }),
    ])
    expect(failed.job).toMatchObject({ state: 'failed', error: 'boom', errorCode: 'internal' })
    const resumed = reduceAll(
      [message('JOB_RESUMED', { version: 6 }), message('JOB_QUEUED', { version: 7, reason: 'resumed' })],
      failed,
    )
    expect(resumed.job).toMatchObject({ state: 'queued', error: null, errorCode: null, finishedAt: null })
  })

  it('orders progress by attempt and n, and takes none after the end (D5)', () => {
    const running = reduceAll(LIFE.slice(0, 9))
    expect(running.job).toMatchObject({ progress: 5, label: 'five', progressN: 1 })
    const late = message('JOB_PROGRESS', { attempt: 1, n: 40, progress: 99, label: 'late' })
    expect(reduceJob(running, late)).toBe(running)
    const ended = reduceAll(LIFE)
    const after = message('JOB_PROGRESS', { attempt: 2, n: 2, progress: 99, label: 'after' })
    expect(reduceJob(ended, after)).toBe(ended)
  })

  describe('a question (J7)', () => {
    const asked = reduceJob(
      emptyJob(jobId),
      message('JOB_QUESTION', { version: 5, question: 'colour', prompt: 'Which?', schema: {} }),
    )
    const seal = { attempt: 1, textEnd: 0, textSha256: '' }
    const ENDS: readonly JobMessage[] = [
      message('JOB_ANSWERED', { version: 6, question: 'colour' }),
      message('JOB_QUEUED', { version: 7, reason: 'answered' }),
      message('JOB_STARTED', { version: 8, attempt: 2 }),
      message('JOB_RUNNING', { version: 9, attempt: 2 }),
      message('JOB_COMPLETED', { version: 10, attempt: 2, result: null, durationMs: 9 }),
      message('JOB_FAILED', {
        ...seal,
        version: 6,
        error: 'late',
        code: 'question_expired',
        retryable: true,
      }),
      message('JOB_CANCELLED', { version: 6 }),
    ]

    it('is open while the job waits for the answer', () => {
      expect(asked.job).toMatchObject({ state: 'waiting', question: { name: 'colour', prompt: 'Which?' } })
    })

    it.each(ENDS.map((end) => [end.type, end] as const))(
      'is closed by %s, whatever came before',
      (_, end) => {
        const { state, question } = reduceJob(asked, end).job
        expect({ isWaiting: state === 'waiting', question }).toEqual({ isWaiting: false, question: null })
      },
    )

    it('is open exactly while the job waits, in whatever order messages and snapshots come', () => {
      const question = message('JOB_QUESTION', {
        version: 5,
        question: 'colour',
        prompt: 'Which?',
        schema: {},
      })
      const told = [...LIFE.slice(0, 4), question, ...ENDS.slice(0, 5)]
      const open = { name: 'colour', prompt: 'Which?', schema: {} }
      for (let seed = 1; seed <= 300; seed++) {
        const random = seededRandom(seed)
        const left: (JobMessage | Partial<JobView>)[] = [
          ...told,
          ...told.map((entry) => ({ ...entry, channel: user })),
          { version: 4, state: 'running' },
          { version: 5, state: 'waiting', question: open },
          { version: 7, state: 'queued' },
        ]
        let record = emptyJob(jobId)
        while (left.length > 0) {
          const [next] = left.splice(Math.floor(random() * left.length), 1)
          if (next && 'type' in next) record = reduceJob(record, next)
          else if (next) record = loadJob(record, snapshot(next))
          expect(record.job.question, `seed ${seed}, ${left.length} left`).toEqual(
            record.job.state === 'waiting' ? open : null,
          )
        }
        expect(record.job.state).toBe('completed')
      }
    })
  })

  it('shows types that an application added in the history and lets them change nothing else', () => {
    const custom = {
      ...message('JOB_CHECKPOINT', { step: 'load' }),
      type: 'JOB_INVOICED',
    } as unknown as JobMessage
    const record = reduceJob(emptyJob(jobId), custom)
    expect(record.events).toHaveLength(1)
    expect(record.job).toEqual(emptyJob(jobId).job)
  })
})

describe('loadJob', () => {
  it('takes steps of a snapshot over those of older messages, and the reverse', () => {
    const started = reduceAll([
      message('JOB_STEP', { step: 'load', index: 0, status: 'failed' }, { seq: 50 }),
    ])
    const steps = [{ name: 'load', index: 0, status: 'started' as const, durationMs: null }]
    expect(loadJob(started, snapshot({ version: 4, steps }, 60)).job.steps[0]?.status).toBe('started')
    expect(loadJob(started, snapshot({ version: 4, steps }, 40)).job.steps[0]?.status).toBe('failed')
  })

  it('keeps progress that overtook the snapshot', () => {
    const view = { version: 4, state: 'running' as const, attempt: 1, progressN: 3, progress: 30 }
    const ahead = reduceAll([message('JOB_PROGRESS', { attempt: 1, n: 5, progress: 50, label: 'half' })])
    expect(loadJob(ahead, snapshot(view)).job).toMatchObject({ state: 'running', progress: 50, progressN: 5 })
  })

  it('keeps the history, which a snapshot does not have', () => {
    const record = loadJob(reduceAll(LIFE.slice(0, 2)), snapshot({ version: 2, state: 'queued' }))
    expect(record.events).toHaveLength(2)
    expect(record.isLoaded).toBe(true)
  })
})

describe('history (J3)', () => {
  it('holds each event once in the order of the job channel, however the two channels are merged', () => {
    const own = LIFE.filter(({ type }) => type !== 'JOB_PROGRESS')
    const overheard = own
      .filter(({ type }) => type !== 'JOB_STEP')
      .map((entry) => ({ ...entry, channel: user }))
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed)
      const queues = [[...own], [...overheard]]
      let record = emptyJob(jobId)
      while (queues.some((queue) => queue.length > 0)) {
        const next = pick(random, queues).shift()
        if (next) record = reduceJob(record, next)
      }
      expect(
        record.events.map(({ seq }) => seq),
        `seed ${seed}`,
      ).toEqual(own.map(({ seq }) => seq))
    }
  })

  it('puts a copy that came late before what the job did afterwards', () => {
    const [, queued, started] = LIFE as [JobMessage, JobMessage, JobMessage]
    const record = reduceAll([started, { ...queued, channel: user }])
    expect(record.events.map(({ type }) => type)).toEqual(['JOB_QUEUED', 'JOB_STARTED'])
  })

  it('keeps the newest 1,000', () => {
    let record = emptyJob(jobId)
    for (let n = 1; n <= 1_010; n++) {
      record = reduceJob(record, message('JOB_PROGRESS', { attempt: 1, n, progress: 1, label: '' }))
    }
    expect(record.events).toHaveLength(1_000)
    expect(record.events.at(-1)?.payload).toMatchObject({ n: 1_010 })
  })

  it('lets progress go before what tells more', () => {
    const step = message('JOB_STEP', { step: 'fetch', index: 0, total: 7, status: 'started' })
    let record = reduceJob(emptyJob(jobId), step)
    for (let n = 1; n <= 1_010; n++) {
      record = reduceJob(record, message('JOB_PROGRESS', { attempt: 1, n, progress: 1, label: '' }))
    }
    expect(record.events).toHaveLength(1_000)
    expect(record.events[0]).toBe(step)
    expect(record.events[1]?.payload).toMatchObject({ n: 12 })
  })

  it('leaves chunks to the text', () => {
    const chunk = message('JOB_CHUNK', { attempt: 0, text: 'a', offset: 0, end: 1 })
    expect(reduceJob(emptyJob(jobId), chunk)).toMatchObject({ events: [], text: { value: 'a' } })
  })
})
