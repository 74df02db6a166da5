import type { Attempt, Question } from '@headway/jobs'
import { JobAbortedError, type AbortKind } from './abort-reason.ts'

/** What decides about a job although it was told before to give way: whether it is to go on at all comes first. */
const ABOVE_PREEMPTED: ReadonlySet<AbortKind> = new Set(['cancelled', 'timeout', 'lost', 'reported'])

/**
 * A job that this process runs, and the one switch that stops it. The first reason to stop is the one that counts, unless it was
 * only to give way.
 */
export class RunningJob {
  readonly attempt: Attempt
  readonly #abort = new AbortController()
  #abortKind: AbortKind | undefined
  #question: Question | undefined

  constructor(attempt: Attempt) {
    this.attempt = attempt
    attempt.lost.addEventListener('abort', () => this.abort('lost'), { once: true })
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Why the job was told to stop, if it was. */
  get abortKind(): AbortKind | undefined {
    return this.#abortKind
  }

  /** What the operation has asked: with it its call is over, whatever else it still does. */
  get question(): Question | undefined {
    return this.#question
  }

  /** Ends the operation's call with a question. The promise never settles: a later attempt gets the answer. */
  async ask(question: Question): Promise<never> {
    this.signal.throwIfAborted()
    this.#question = question
    this.abort('asked')
    return new Promise<never>(() => {})
  }

  abort(kind: AbortKind): void {
    const isFirst = this.#abortKind === undefined
    if (!isFirst && !(this.#abortKind === 'preempted' && ABOVE_PREEMPTED.has(kind))) return
    this.#abortKind = kind
    if (isFirst) this.#abort.abort(new JobAbortedError(kind))
  }
}
