import type { JobState, StepStatus } from '@headway/events'

/** Every word that the components show. Give those that differ, such as a translation, as `texts`. */
export interface Texts {
  readonly states: Readonly<Record<JobState, string>>
  /** `unfinished`: begun, and the job does not run now. */
  readonly stepStates: Readonly<Record<StepStatus | 'unfinished', string>>
  readonly loading: string
  readonly cancelling: string
  readonly cancel: string
  readonly resume: string
  readonly statusBar: string
  readonly progress: string
  readonly connectionLive: string
  readonly connectionCatchingUp: string
  readonly connectionConnecting: string
  readonly connectionOffline: string
  readonly connectionFailed: string
  /** What is shown may be behind. */
  readonly stale: string
  readonly retry: string
  readonly steps: string
  /** The text that the job writes. */
  readonly output: string
  readonly artifacts: string
  readonly noArtifacts: string
  readonly question: string
  readonly answer: string
  readonly sendAnswer: string
  readonly answerRefused: string
  readonly noJson: string
  readonly jobNotFound: string
  readonly loadFailed: string
  /** Words for a size, from its number of bytes. */
  readonly bytes: (size: number) => string
}

/** The words of the components, in English; `texts` replaces any of them. */
export const ENGLISH: Texts = {
  states: {
    created: 'Created',
    queued: 'Queued',
    running: 'Running',
    waiting: 'Waiting for an answer',
    completed: 'Completed',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  stepStates: { started: 'running', completed: 'completed', failed: 'failed', unfinished: 'not finished' },
  loading: 'Loading',
  cancelling: 'Cancelling',
  cancel: 'Cancel',
  resume: 'Resume',
  statusBar: 'Status',
  progress: 'Progress',
  connectionLive: 'Live',
  connectionCatchingUp: 'Catching up',
  connectionConnecting: 'Connecting',
  connectionOffline: 'Offline',
  connectionFailed: 'Not connected',
  stale: 'May be out of date',
  retry: 'Retry now',
  steps: 'Steps',
  output: 'Output',
  artifacts: 'Files',
  noArtifacts: 'No files',
  question: 'This job waits for your answer',
  answer: 'Answer',
  sendAnswer: 'Send answer',
  answerRefused: 'The answer was not taken:',
  noJson: 'This is not JSON.',
  jobNotFound: 'There is no such job.',
  loadFailed: 'The job could not be loaded:',
  bytes: formatBytes,
}

function formatBytes(size: number): string {
  if (size < 1_000) return `${size} B`
  const power = Math.min(4, Math.floor(Math.log10(size) / 3))
  const value = size / 1_000 ** power
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`
}
