import { setTimeout as delay } from 'node:timers/promises'
import type { Logger, WorkOffer, WorkOffers } from '@headway/event-log'
import type { HeldAttempts, HeldText } from '@headway/jobs'
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

interface Holding {
  job: RunningJob
  offer: WorkOffer
  text: HeldText
  timeoutMs: number
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
    const holding = { job, offer, text: this.#parts.held.textOf(offer), timeoutMs: operation.timeoutMs }
    try {
      // Without a number the percentage stays what an earlier attempt has reached.
      await ctx.progress(Number.NaN, `Waits for a worker of ${operation.type}`)
      await this.#attempt(offer, 'offered', () => this.#offer(offer))
      await this.#watch(holding)
      throw job.signal.reason
    } finally {
      await this.#end(holding)
    }
  }

  async #watch({ job, offer, text, timeoutMs }: Holding): Promise<void> {
    let state = offeredAt(performance.now())
    let clock: NodeJS.Timeout | undefined
    while (!job.signal.aborted) {
      const seen = await this.#parts.offers.state(offer).catch((): 'away' => 'away')
      const decision = decideHold(state, seen, performance.now())
      state = decision.state
      if (decision.action === 'start-clock') clock = setTimeout(() => job.abort('timeout'), timeoutMs)
      await this.#attempt(offer, 'looked after', () => this.#act(decision.action, { job, offer, text }))
      await delay(this.#parts.intervalMs ?? 1_000, undefined, { signal: job.signal }).catch(() => undefined)
    }
    clearTimeout(clock)
  }

  async #act(action: HoldAction, { job, offer, text }: Omit<Holding, 'timeoutMs'>): Promise<void> {
    const { held, offers, logger } = this.#parts
    const { jobId, attempt } = offer
    switch (action) {
      case 'start-clock':
        logger.info({ jobId, attempt }, 'a worker elsewhere has taken a job')
        return text.follow()
      case 'none':
        return text.follow()
      case 'check-offer':
        // Taken by a worker that ended before it could say so, or forgotten by Redis.
        return (await offers.isOffered(offer)) ? undefined : offers.offer(offer)
      case 'restore':
        await text.refill()
        await held.restore(offer)
        return offers.offer(offer)
      case 'begin-anew':
        logger.warn(
          { jobId, attempt },
          'Redis has forgotten what a worker elsewhere has written; it begins anew',
        )
        await text.refill()
        return this.#giveUp(job, offer)
      case 'give-up':
        logger.warn({ jobId, attempt }, 'a worker elsewhere has fallen silent; its job goes on with another')
        return this.#giveUp(job, offer)
      default:
        action satisfies never
    }
  }

  async #offer(offer: WorkOffer): Promise<void> {
    await this.#parts.held.showCheckpoint(offer)
    await this.#parts.offers.offer(offer)
  }

  async #giveUp(job: RunningJob, offer: WorkOffer): Promise<void> {
    await this.#parts.held.close(offer)
    await this.#parts.held.abandon(offer)
    job.abort('lost')
  }

  /** Shuts the worker out before the end is told: from here on nothing of it shows. */
  async #end({ job, offer }: Holding): Promise<void> {
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
