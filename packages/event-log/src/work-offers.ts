import type { Redis } from 'ioredis'
import { DEFAULT_NAMESPACE, jobKeys, workKey, type Namespace } from './channel-keys.ts'
import { CHECKPOINT_TTL_SECONDS, OFFER_TTL_SECONDS, TAKEN_TTL_SECONDS } from './lifetimes.ts'
import { defineScripts, runScript } from './scripts.ts'

/** A completed step, and what it has left for those that follow. */
export interface Checkpoint {
  step: string
  data: unknown
}

/** An attempt that is offered to workers that are not ours, as they find it in the list. */
export interface WorkOffer {
  v: 1
  jobId: string
  userId: string
  attempt: number
  operationType: string
  input: Record<string, unknown>
  /** The last completed step of earlier attempts. */
  checkpoint: Checkpoint | null
}

/** What Redis knows of an offered attempt. */
export interface OfferState {
  /** False after a flush: nobody can take or write to the attempt until its fence is raised. */
  isFenceKnown: boolean
  /** The worker that has taken it. */
  worker: string | undefined
  /** That worker has said within its time that it is at it. */
  isAlive: boolean
}

/** Attempts that are offered to workers that are not ours: a list per kind of work, and a key that says who has one. */
export class WorkOffers {
  readonly #redis: Redis
  readonly #namespace: Namespace

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
  }

  /** Offers it behind all others of its kind. Offered twice, it is taken once. */
  async offer(offer: WorkOffer): Promise<void> {
    const key = workKey(this.#namespace, offer.operationType)
    await this.#redis.lpush(key, JSON.stringify(offer))
    await this.#redis.expire(key, OFFER_TTL_SECONDS)
  }

  /** Whether it waits for somebody to take it. */
  async isOffered(offer: WorkOffer): Promise<boolean> {
    const key = workKey(this.#namespace, offer.operationType)
    return (await this.#redis.lpos(key, JSON.stringify(offer))) !== null
  }

  /** Takes it out of the list; nobody finds it from here on. */
  async withdraw(offer: WorkOffer): Promise<void> {
    await this.#redis.lrem(workKey(this.#namespace, offer.operationType), 0, JSON.stringify(offer))
  }

  /** What Redis knows of the attempt now. */
  async state(offer: Pick<WorkOffer, 'jobId' | 'attempt'>): Promise<OfferState> {
    const { fence, taken, alive } = jobKeys(this.#namespace, offer.jobId)
    const [known, worker, sign] = await this.#redis.mget(fence, taken(offer.attempt), alive(offer.attempt))
    return {
      isFenceKnown: typeof known === 'string',
      worker: worker ?? undefined,
      isAlive: typeof sign === 'string',
    }
  }

  /** Waits for an offer, at most `waitMs`. Blocks its connection meanwhile: use one of its own. */
  async next(operationType: string, waitMs: number): Promise<WorkOffer | undefined> {
    const found = await this.#redis.brpop(workKey(this.#namespace, operationType), waitMs / 1_000)
    return found === null ? undefined : (JSON.parse(found[1]) as WorkOffer)
  }

  /**
   * Takes an offer for a worker, and says for `seconds` that it is at it; with `isHeld` it says so again.
   *
   * @returns whether the worker has it; `gone` where the attempt has ended, `other` where another worker was first
   */
  async take(
    offer: Pick<WorkOffer, 'jobId' | 'attempt'>,
    { worker, seconds, isHeld = false }: { worker: string; seconds: number; isHeld?: boolean },
  ): Promise<'taken' | 'gone' | 'other'> {
    const keys = jobKeys(this.#namespace, offer.jobId)
    const { attempt } = offer
    const reply = await runScript(
      this.#redis,
      'work-take',
      keys.taken(attempt),
      keys.alive(attempt),
      keys.fence,
      attempt,
      worker,
      seconds,
      isHeld ? 1 : 0,
      TAKEN_TTL_SECONDS,
    )
    return reply as 'taken' | 'gone' | 'other'
  }

  /** The newest checkpoint that is committed. */
  async checkpoint(jobId: string): Promise<Checkpoint | undefined> {
    const kept = await this.#redis.get(jobKeys(this.#namespace, jobId).checkpoint)
    return kept === null ? undefined : (JSON.parse(kept) as Checkpoint)
  }

  /** Shows what Postgres has committed to workers that can't ask it. */
  async showCheckpoint(jobId: string, checkpoint: Checkpoint | null): Promise<void> {
    const key = jobKeys(this.#namespace, jobId).checkpoint
    if (checkpoint === null) await this.#redis.del(key)
    else await this.#redis.set(key, JSON.stringify(checkpoint), 'EX', CHECKPOINT_TTL_SECONDS)
  }
}
