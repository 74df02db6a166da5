/** Why a running job was told to stop. */
export type AbortKind =
  | 'cancelled'
  | 'preempted'
  | 'timeout'
  | 'lost'
  | 'stopping'
  | 'asked'
  | 'reported'
  | 'browser-lost'

const MESSAGES: Record<AbortKind, string> = {
  cancelled: 'The job was cancelled.',
  preempted: 'A more urgent job of the same user goes first; the job goes on after it.',
  timeout: 'The job took longer than its operation allows.',
  lost: 'The job belongs to another attempt now.',
  reported: 'The worker elsewhere that ran the attempt has reported its end.',
  stopping: 'The worker is stopping; the job goes on elsewhere.',
  asked: 'The job waits for an answer; a later attempt goes on with it.',
  'browser-lost': 'The browser of the job crashed; a later attempt gets another one.',
}

/** The `reason` of an operation's signal. */
export class JobAbortedError extends Error {
  override readonly name = 'JobAbortedError'
  readonly kind: AbortKind

  constructor(kind: AbortKind) {
    super(MESSAGES[kind])
    this.kind = kind
  }
}
