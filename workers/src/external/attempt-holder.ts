import { setTimeout as delay } from 'node:timers/promises'
import type { Logger, OfferState, WorkOffer, WorkOffers } from '@headway/event-log'
import type { HeldAttempts } from '@headway/jobs'
import type { OperationContext } from '../operation-context.ts'
import type { RunningJob } from '../processor/running-job.ts'
import type { RunningJobs } from '../processor/running-jobs.ts'
import { decideHold, offeredAt, type HoldAction } from './hold-decision.ts'

export interface AttemptHolderParts {
  offers: WorkOffers
  held: HeldAttempts
  running: RunningJobs
  logger: Logger
  /** Time between two looks at a held attempt, in milliseconds. @default 1_000 */
  intervalMs?: number
}

/** What of its operation a held attempt needs. */
export interface HeldOperation {
  readonly type: string
  readonly timeoutMs: number
}

/**
 * Holds attempts for workers that are not ours: offers them in Redis, and keeps the claim while one of those runs it. The end comes from elsewhere:
 * a report that a server has committed, a cancel, the timeout, a stop of this process; or the worker falls silent, and the
 * job is given up as a lost one.
 */
export class AttemptHolder {
  readonly #parts: AttemptHolderParts

  constructor(parts: AttemptHolderParts) {
    this.#parts = parts
  }

  /** Never resolves: rejects when the attempt was told to stop. */
  async hold(ctx: OperationContext, operation: HeldOperation): Promise<never> {
    const job = this.#jobOf(ctx)
    const offer = toOffer(ctx, job, operation.type)
    try {
      await this.#begin(ctx, offer)
      await this.#watch(job, offer, operation.timeoutMs)
      throw job.signal.reason
    } finally {
      await this.#end(job, offer)
    }
  }

  async #begin(ctx: OperationContext, offer: WorkOffer): Promise<void> {
    // Without a number the percentage stays what an earlier attempt has reached.
    await ctx.progress(Number.NaN, `Waits for a worker of ${offer.operationType}`)
    await this.#attempt(offer, 'offered', () => this.#offer(offer))
  }

  async #watch(job: RunningJob, offer: WorkOffer, timeoutMs: number): Promise<void> {
    let state = offeredAt(performance.now())
    let clock: NodeJS.Timeout | undefined
    try {
      for (;;) {
        await delay(this.#parts.intervalMs ?? 1_000, undefined, { signal: job.signal })
        const { logger, offers } = this.#parts
        const seen = await offers.state(offer).catch((): 'away' => 'away')
        const decision = decideHold(state, seen, performance.now())
        state = decision.state
        if (decision.action === 'start-clock') {
          clock = setTimeout(() => job.abort('timeout'), timeoutMs)
          logger.info({ jobId: offer.jobId, worker: workerOf(seen) }, 'a worker elsewhere runs a job')
        } else {
          await this.#attempt(offer, 'looked after', () =>
            this.#act(decision.action, job, offer, state.phase),
          )
        }
      }
    } catch {
      // Told to stop: the signal says why.
    } finally {
      clearTimeout(clock)
    }
  }

  async #act(action: HoldAction, job: RunningJob, offer: WorkOffer, phase: string): Promise<void> {
    switch (action) {
      case 'restore':
        await this.#parts.held.restore(offer)
        return phase === 'offered' ? this.#parts.offers.offer(offer) : undefined
      case 'check-offer':
        // Taken by a worker that ended before it could say so, or forgotten by Redis.
        return (await this.#parts.offers.isOffered(offer)) ? undefined : this.#parts.offers.offer(offer)
      case 'give-up':
        return this.#giveUp(job, offer)
      case 'none':
      case 'start-clock':
        return
      default:
        action satisfies never
    }
  }

  async #offer(offer: WorkOffer): Promise<void> {
    await this.#parts.held.showCheckpoint(offer)
    await this.#parts.offers.offer(offer)
  }

  async #giveUp(job: RunningJob, offer: WorkOffer): Promise<void> {
    const { held, logger } = this.#parts
    const { jobId, attempt } = offer
    logger.warn({ jobId, attempt }, 'a worker elsewhere has fallen silent; its job goes on with another')
    await held.close(offer)
    await held.abandon(offer)
    job.abort('lost')
  }

  /** Shuts the worker out before the end is told: from here on nothing of it shows. */
  async #end(job: RunningJob, offer: WorkOffer): Promise<void> {
    const { offers, held } = this.#parts
    await this.#attempt(offer, 'closed', async () => {
      await held.close(offer)
      await offers.withdraw(offer)
      await job.attempt.adoptProgress()
    })
  }

  /** Redis and Postgres may be away: the next look tries again, and an end is written all the same. */
  async #attempt({ jobId }: WorkOffer, what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.logger.warn({ err: error, jobId }, `a held attempt could not be ${what} yet`)
    }
  }

  #jobOf({ jobId, attempt }: OperationContext): RunningJob {
    const job = this.#parts.running
      .list()
      .find((running) => running.attempt.jobId === jobId && running.attempt.attempt === attempt)
    if (job === undefined) throw new Error(`Attempt ${attempt} of job ${jobId} does not run here.`)
    return job
  }
}

function toOffer(ctx: OperationContext, { attempt: held }: RunningJob, operationType: string): WorkOffer {
  const { jobId, userId, attempt, input } = ctx
  const step = held.resumedFrom
  const checkpoint = step === undefined ? null : { step, data: held.completedStep(step)?.result ?? null }
  return { v: 1, jobId, userId, attempt, operationType, input, checkpoint }
}

function workerOf(seen: 'away' | OfferState): string | undefined {
  return seen === 'away' ? undefined : seen.worker
}
