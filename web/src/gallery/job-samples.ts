import { RequestError } from '@headway/client'
import type { JobProgress } from '@headway/react'
import type { JobView } from '@headway/events'

const SENTENCE = 'Every event names its predecessor, so that a gap is noticed and filled. '
const MARKS = ['read-the-orders', 'compare-with-the-stock', 'write-the-report'] as const

const VIEW: JobView = {
  jobId: '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e',
  operationType: 'import-orders',
  state: 'running',
  version: 4,
  progress: 42,
  progressN: 7,
  label: 'Comparing 120 of 300',
  attempt: 1,
  cancelRequested: false,
  input: {},
  result: null,
  error: null,
  errorCode: null,
  steps: [
    { name: MARKS[0], index: 0, status: 'completed', durationMs: 1_830 },
    { name: MARKS[1], index: 1, status: 'started', durationMs: null },
  ],
  question: null,
  artifacts: [{ artifactId: '1', name: 'orders.csv', contentType: 'text/csv', size: 48_200 }],
  textEnd: 0,
  createdAt: '2030-01-01T09:00:00.000Z',
  startedAt: '2030-01-01T09:00:01.000Z',
  finishedAt: null,
}

/** Nothing can be done to a sample: the buttons answer at once. */
const ACTIONS = {
  cancel: () => Promise.resolve({ state: 'running' as const }),
  resume: () => Promise.resolve(VIEW),
  answer: () => Promise.resolve(),
  isAnswering: false,
  answerError: null,
}

/** A job as the hook would show it. */
function sampleOf(view: Partial<JobView>, more: Partial<JobProgress> = {}): JobProgress {
  const job = { ...VIEW, ...view }
  const isFailed = job.state === 'failed'
  return {
    ...ACTIONS,
    jobId: job.jobId,
    job,
    state: job.state,
    progress: job.progress,
    label: job.label,
    steps: job.steps,
    text: SENTENCE,
    artifacts: job.artifacts,
    question: job.question,
    queueWait: null,
    result: job.result,
    error: isFailed ? { code: job.errorCode ?? 'internal', message: job.error ?? '' } : null,
    events: [],
    freshness: 'live',
    staleSince: null,
    isLoading: false,
    loadError: null,
    ...more,
  }
}

const QUESTION = {
  name: 'delivery',
  prompt: 'How is the order to be delivered?',
  schema: {
    type: 'object',
    properties: {
      carrier: { enum: ['post', 'courier'], title: 'Carrier' },
      parcels: { type: 'integer', title: 'Parcels', minimum: 1, maximum: 20, default: 1 },
      note: { type: 'string', title: 'Note', maxLength: 200, description: 'Printed on the label.' },
      isInsured: { type: 'boolean', title: 'With insurance' },
    },
    required: ['carrier'],
  },
}

const ALL_STEPS = MARKS.map((name, index) => ({
  name,
  index,
  status: 'completed' as const,
  durationMs: 900 * (index + 1),
}))

const EMPTY = { steps: [], artifacts: [], progress: 0, label: '' }

/** A job in each of its states, and in what goes wrong around it. */
export const JOB_SAMPLES: Readonly<Record<string, JobProgress>> = {
  loading: sampleOf(EMPTY, {
    job: undefined,
    state: undefined,
    text: '',
    isLoading: true,
    freshness: 'stale',
  }),
  queued: sampleOf({ ...EMPTY, state: 'queued' }, { text: '' }),
  running: sampleOf({}),
  cancelling: sampleOf({ cancelRequested: true }),
  waiting: sampleOf({ state: 'waiting', question: QUESTION }),
  'waiting for JSON, refused': sampleOf(
    { state: 'waiting', question: { ...QUESTION, prompt: 'Which orders?', schema: { type: 'array' } } },
    { answerError: new RequestError('bad_request', 'must have at least one item') },
  ),
  completed: sampleOf({ state: 'completed', progress: 100, label: 'Done', steps: ALL_STEPS }),
  failed: sampleOf({
    state: 'failed',
    error: 'The shop did not answer within 30 s.',
    errorCode: 'timeout',
    steps: ALL_STEPS.map((step, index) => (index === 2 ? { ...step, status: 'failed' as const } : step)),
  }),
  cancelled: sampleOf({ state: 'cancelled', label: 'Stopped by Ada' }),
  'without files': sampleOf({ artifacts: [] }),
  stale: sampleOf({}, { freshness: 'stale', staleSince: Date.UTC(2030, 0, 1, 9, 30) }),
  'long words': sampleOf(
    {
      operationType: `import-${'very-long-'.repeat(8)}orders`,
      label: SENTENCE.repeat(3),
      steps: [{ name: 'averylongword'.repeat(12), index: 0, status: 'started', durationMs: null }],
      artifacts: [
        { artifactId: '1', name: `${'report-'.repeat(20)}.pdf`, contentType: 'application/pdf', size: 7e6 },
      ],
    },
    { text: `${SENTENCE.repeat(60)}\n${'0123456789'.repeat(40)}` },
  ),
  'not found': sampleOf(EMPTY, {
    job: undefined,
    state: undefined,
    loadError: new RequestError('not_found', 'There is no such job.'),
  }),
}
