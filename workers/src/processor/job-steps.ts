import type { Logger } from '@headway/event-log'
import type { Attempt, AttemptTransaction } from '@headway/jobs'
import { FinalError } from '../errors.ts'
import type { JobObserver } from './job-observer.ts'
import { requireJson } from './require-json.ts'
import { whilePostgresIsAway } from './while-postgres-is-away.ts'

const NAME_MAX_LENGTH = 200

/** Largest result of a step, in bytes of JSON: it is kept in a row of Postgres, and files belong into artifacts. */
const RESULT_MAX_BYTES = 1_048_576

export interface JobStepsParts {
  attempt: Pick<Attempt, 'completedStep' | 'beginStep' | 'completeStep' | 'commitStep' | 'failStep'>
  signal: AbortSignal
  logger: Logger
  observer: JobObserver | undefined
}

/** The steps of one attempt: what was completed before is known, and the rest runs. */
export class JobSteps {
  readonly #parts: JobStepsParts
  readonly #open = new Set<string>()
  /** Steps that this attempt has the results of. */
  readonly #done = new Set<string>()

  constructor(parts: JobStepsParts) {
    this.#parts = parts
  }

  /** Names of the steps that run now. */
  get open(): string[] {
    return [...this.#open]
  }

  async run<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    return this.#once(name, async (start) => {
      const result = this.#accepted(name, await work())
      const durationMs = elapsedSince(start)
      await this.#write(name, () => this.#parts.attempt.completeStep(name, result, durationMs))
      return result
    })
  }

  /** A step that is one transaction: what it changes and that it is completed are committed together. */
  async commit<T>(name: string, change: (trx: AttemptTransaction) => Promise<T>): Promise<T> {
    return this.#once(name, (start) =>
      this.#parts.attempt.commitStep(name, async (trx) => {
        const result = this.#accepted(name, await change(trx))
        return { result, durationMs: elapsedSince(start) }
      }),
    )
  }

  async #once<T>(name: string, complete: (start: number) => Promise<T>): Promise<T> {
    const { attempt, signal, observer } = this.#parts
    signal.throwIfAborted()
    this.#checkName(name)
    const earlier = this.#known(name)
    if (earlier) return earlier.result as T
    this.#open.add(name)
    const start = performance.now()
    try {
      await this.#write(name, () => attempt.beginStep(name))
      const kept = this.#known(name)
      if (kept) return kept.result as T
      const result = await complete(start)
      this.#done.add(name)
      observer?.onStep('completed')
      return result
    } catch (error) {
      observer?.onStep('failed')
      await this.#recordFailure(name, error, elapsedSince(start))
      throw error
    } finally {
      this.#open.delete(name)
    }
  }

  #write(name: string, write: () => Promise<void>): Promise<void> {
    return whilePostgresIsAway(write, { ...this.#parts, what: `step ${name}` })
  }

  /** The result of a step that is completed, by this attempt or an earlier one. */
  #known(name: string): { result: unknown } | undefined {
    const completed = this.#parts.attempt.completedStep(name)
    if (completed) this.#done.add(name)
    return completed
  }

  #accepted<T>(name: string, result: T): T {
    // A step that was told to stop may have returned early.
    this.#parts.signal.throwIfAborted()
    return keptResult(name, result)
  }

  #checkName(name: string): void {
    if (name.length === 0 || name.length > NAME_MAX_LENGTH) {
      throw new FinalError(
        `A step's name has 1 to ${NAME_MAX_LENGTH} characters; this one has ${name.length}.`,
      )
    }
    if (name.includes('\0') || !name.isWellFormed()) {
      throw new FinalError(
        `The name of the step ${JSON.stringify(name)} has a NUL character or half of a surrogate pair, which the database can't keep.`,
      )
    }
    if (this.#open.has(name) || this.#done.has(name)) {
      const what = this.#open.has(name) ? 'is running already' : 'has run already'
      throw new FinalError(
        `The step ${name} ${what}. Steps of a job need different names: number those of a loop.`,
      )
    }
  }

  async #recordFailure(name: string, error: unknown, durationMs: number): Promise<void> {
    const { attempt, logger } = this.#parts
    try {
      await attempt.failStep(name, error instanceof Error ? error.message : String(error), durationMs)
    } catch (failure) {
      // The step's own error is what counts; this one is often its echo (a lost job, a database that is away).
      logger.debug({ err: failure, step: name }, 'the failure of a step could not be recorded')
    }
  }
}

/** The result as every later attempt gets it: what JSON makes of it shows with the first run, and not with the first crash. */
function keptResult<T>(name: string, result: T): T {
  const json = requireJson(`The result of step ${name}`, result)
  const bytes = Buffer.byteLength(json)
  if (bytes <= RESULT_MAX_BYTES) return JSON.parse(json) as T
  throw new FinalError(
    `The result of step ${name} has ${bytes} bytes; ${RESULT_MAX_BYTES} are kept. Store what is large with ctx.artifact and return its id.`,
    { code: 'payload_too_large' },
  )
}

function elapsedSince(start: number): number {
  return Math.round(performance.now() - start)
}
