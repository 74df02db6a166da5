import type { Logger } from '@headway/event-log'
import { FencedError, type Attempt, type AttemptStore, type QueuedTurn, type Uploads } from '@headway/jobs'
import type { BrowserLease } from '../browser/browser-lease.ts'
import type { BrowserSource } from '../browser/browser-source.ts'
import type { Operation } from '../define-operation.ts'
import type { OperationLogger } from '../operation-logger.ts'
import type { UrlGuard } from '../pages/url-guard.ts'
import type { WorkerResources } from '../worker-resources.ts'
import { callOperation } from './call-operation.ts'
import { decideOutcome, type RunEnd } from './decide-outcome.ts'
import { JobContext } from './job-context.ts'
import { attemptEndOf, type JobObserver } from './job-observer.ts'
import { JobQuestions, type JobQuestionsParts } from './job-questions.ts'
import { logOutcome } from './log-outcome.ts'
import { RunningJob } from './running-job.ts'
import type { RunningJobs } from './running-jobs.ts'
import { settle } from './settle.ts'
import { withFields } from './with-fields.ts'

export interface JobProcessorParts {
  attempts: AttemptStore
  operations: ReadonlyMap<string, Operation>
  running: RunningJobs
  browsers: BrowserSource
  urls: UrlGuard
  resources: WorkerResources
  uploads: Uploads
  logger: Logger
  workerId: string
  leaseMs: number
  /** How long an operation that was told to stop may take to do so, in milliseconds. */
  graceMs: number
  /** How long a question waits for its answer that says nothing of it, in milliseconds. */
  questionExpiryMs: number
  observer?: JobObserver | undefined
}

/** Attempts that are held at the same time, for what looking at them costs; beyond it they take up places like any other. */
const MAX_HELD = 1_000

/** What became of a turn in the queue. */
export type TurnEnd =
  | 'done'
  /** The job is queued under this turn for a worker that runs its kind. */
  | 'elsewhere'
  /** The job has moved on since: nothing to do. */
  | 'gone'

/**
 * Runs one job at a time for each turn that the queue hands out:
 *
 *     claim (JOB_STARTED) → browser context → JOB_RUNNING → the operation → its writes out → the end
 */
export class JobProcessor {
  readonly #parts: JobProcessorParts
  readonly #held = new Set<Promise<void>>()

  constructor(parts: JobProcessorParts) {
    this.#parts = parts
  }

  async process({ jobId, dispatch }: QueuedTurn): Promise<TurnEnd> {
    const { attempts, operations, running, workerId, leaseMs } = this.#parts
    const turn = { jobId, dispatch, operationTypes: [...operations.keys()] }
    const claim = { ...turn, workerId, leaseMs }
    let attempt = await attempts.claim(claim)
    if (!attempt) {
      const decision = await attempts.putOff(turn)
      if (decision === 'put-off') return 'gone'
      if (decision === 'free') attempt = await attempts.claim(claim)
    }
    if (!attempt) return (await attempts.isQueued(turn)) ? 'elsewhere' : 'gone'
    const job = new RunningJob(attempt)
    running.add(job)
    const run = this.#run(job).finally(() => running.delete(job))
    const mayHold = operations.get(attempt.operationType)?.isExternal && this.#held.size < MAX_HELD
    if (mayHold) this.#hold(job, run)
    else await run
    return 'done'
  }

  /** Resolves when the attempts that are held for workers elsewhere have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#held)
  }

  /** An attempt that is only held does not take up a place among those that work. */
  #hold({ attempt }: RunningJob, run: Promise<void>): void {
    const held = run.catch((error: unknown) => {
      this.#parts.logger.error({ err: error, jobId: attempt.jobId }, 'a held attempt was left')
    })
    this.#held.add(held)
    void held.finally(() => this.#held.delete(held))
  }

  async #run(job: RunningJob): Promise<void> {
    const { attempt } = job
    const { jobId, operationType } = attempt
    const logger = withFields(this.#parts.logger, { jobId, operationType, attempt: attempt.attempt })
    const operation = this.#parts.operations.get(operationType)
    if (!operation)
      throw new Error(`Job ${jobId} of type ${operationType} was claimed, which no operation here has.`)

    const { observer } = this.#parts
    const start = performance.now()
    observer?.onAttemptStarted(operationType)
    const end = await this.#callWithResources(job, operation, logger)
    const outcome = decideOutcome({
      end,
      abortKind: job.abortKind,
      failures: attempt.failures,
      maxFailures: operation.maxFailures,
      timeoutMs: operation.timeoutMs,
      random: Math.random(),
    })
    logOutcome(logger, { outcome, end, abortKind: job.abortKind })
    await settle(attempt, outcome, { signal: job.signal, logger })
    observer?.onAttemptEnded(operationType, attemptEndOf(outcome), performance.now() - start)
  }

  async #callWithResources(job: RunningJob, operation: Operation, logger: OperationLogger): Promise<RunEnd> {
    let lease: BrowserLease | undefined
    const giveBack = (): void => void lease?.release()
    const stop = (): void => job.abort('browser-lost')
    try {
      const input = operation.parseInput(job.attempt.input)
      if (operation.needsBrowser) lease = await this.#acquireBrowser(job, operation)
      // Not everything that waits for a browser hears of its crash.
      lease?.lost.addEventListener('abort', stop, { once: true })
      if (lease?.lost.aborted) stop()
      // A page that is closed ends what waits for it at once.
      job.signal.addEventListener('abort', giveBack, { once: true })
      const interrupted = await this.#announceRunning(job.attempt, logger)
      if (interrupted) return interrupted
      if (job.attempt.cancelRequested) job.abort('cancelled')
      if (job.attempt.preemptRequested) job.abort('preempted')
      const { urls, resources, uploads, graceMs, questionExpiryMs, observer } = this.#parts
      const { attempt, signal } = job
      const park: JobQuestionsParts['park'] = (question) => job.ask(question)
      const questions = new JobQuestions({ attempt, signal, park, expiryMs: questionExpiryMs })
      const browser = lease?.context
      const context = new JobContext({
        attempt,
        input,
        signal,
        logger,
        urls,
        resources,
        uploads,
        browser,
        questions,
        observer,
      })
      const end = await callOperation({ operation, context, job, graceMs })
      // Whatever the operation made of it, this is why.
      const hasFailed = end.kind === 'threw' || end.kind === 'ignored'
      return lease && hasFailed && job.abortKind === 'browser-lost'
        ? { kind: 'threw', error: lease.lost.reason }
        : end
    } catch (error) {
      return { kind: 'threw', error }
    } finally {
      lease?.lost.removeEventListener('abort', stop)
      job.signal.removeEventListener('abort', giveBack)
      giveBack()
    }
  }

  async #acquireBrowser({ attempt, signal }: RunningJob, operation: Operation): Promise<BrowserLease> {
    const { browsers, resources, graceMs } = this.#parts
    const pool = await browsers.pool()
    const contextOptions = await browsers.contextOptions(operation.trustedOrigin(resources))
    const deadlineMs = operation.timeoutMs + graceMs
    return pool.acquire({ userId: attempt.userId, signal, deadlineMs, contextOptions })
  }

  /** Announces JOB_RUNNING. Where Redis or Postgres does not let it, the job goes back to the queue, and no failure is counted. */
  async #announceRunning(attempt: Attempt, logger: Logger): Promise<RunEnd | undefined> {
    try {
      await attempt.running()
      return undefined
    } catch (error) {
      if (error instanceof FencedError) throw error
      logger.warn({ err: error }, 'a job could not begin and goes back to the queue')
      return { kind: 'interrupted' }
    }
  }
}
