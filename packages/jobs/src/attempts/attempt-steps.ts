import { jobChannel, type Channel, type OutgoingMessage, type StepStatus } from '@headway/events'
import type { Selectable, Transaction } from 'kysely'
import type { Database, JobStepsTable } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'
import { addMessages } from '../outbox/outbox.ts'
import type { AttemptFence } from './attempt-fence.ts'

type StepRow = Pick<Selectable<JobStepsTable>, 'name' | 'index' | 'status' | 'result' | 'text_end'>

/** What a step's end is recorded with. */
interface StepEnd {
  status: StepStatus
  durationMs: number
  result?: unknown
  textEnd?: number
  error?: string
}

/**
 * The steps of a job, as one attempt sees and writes them. What an earlier attempt has completed is known from the
 * start, so that it is not run again.
 */
export class AttemptSteps {
  /** How many steps the job has in all, where that is known. */
  total: number | undefined
  readonly #fence: AttemptFence
  readonly #announced: (channels: Channel[]) => void
  readonly #steps: Map<string, StepRow>

  /** @param announced called after a commit, with the channels that have news */
  constructor(fence: AttemptFence, rows: readonly StepRow[], announced: (channels: Channel[]) => void) {
    this.#fence = fence
    this.#announced = announced
    this.#steps = new Map(rows.map((row) => [row.name, row]))
  }

  /** The last step that is completed, in the order in which they first ran. */
  get lastCompleted(): string | undefined {
    return this.#completed.toSorted((a, b) => a.index - b.index).at(-1)?.name
  }

  /** Length of the text that completed steps have written, in bytes. */
  get textEnd(): number {
    return Math.max(0, ...this.#completed.map((step) => step.text_end ?? 0))
  }

  /**
   * The text is shorter than completed steps have left it, because Redis has lost it. What follows counts from there: else a later
   * attempt would take a part of this one's text for theirs.
   */
  async cutText(trx: Transaction<Database>, length: number): Promise<void> {
    const { jobId } = this.#fence.identity
    await trx
      .updateTable('job_steps')
      .set({ text_end: length })
      .where('job_id', '=', jobId)
      .where('text_end', '>', length)
      .execute()
    for (const [name, step] of this.#steps) {
      this.#steps.set(name, { ...step, text_end: Math.min(step.text_end ?? 0, length) })
    }
  }

  completed(name: string): { result: unknown } | undefined {
    const step = this.#steps.get(name)
    return step?.status === 'completed' ? { result: step.result } : undefined
  }

  /** Begins a step; one that is {@link completed} after all, by a commit whose answer was lost, stays so. */
  async begin(name: string): Promise<void> {
    const { jobId, attempt } = this.#fence.identity
    const index = this.#steps.get(name)?.index ?? this.#steps.size
    this.#steps.set(name, { name, index, status: 'started', result: null, text_end: null })
    const kept = await this.#fence.write(async (trx) => {
      const started = {
        status: 'started' as const,
        attempt,
        result: null,
        error: null,
        duration_ms: null,
        text_end: null,
      }
      const begun = await trx
        .insertInto('job_steps')
        .values({ job_id: jobId, name, index, ...started })
        .onConflict((conflict) =>
          conflict
            .columns(['job_id', 'name'])
            .doUpdateSet(started)
            .where('job_steps.status', '<>', 'completed'),
        )
        .returning('name')
        .executeTakeFirst()
      if (begun === undefined) return this.#findCompleted(trx, name)
      await addMessages(trx, [jobChannel(jobId)], [this.#stepMessage(name, index, { status: 'started' })])
      return undefined
    })
    if (kept !== undefined) this.#steps.set(name, kept)
    this.#announced([jobChannel(jobId)])
  }

  /**
   * Ends a step that {@link begin} began; a completed one is a checkpoint from which later attempts go on. A step whose completion
   * is committed stays as it is, and is told once: whoever ran it may have lost the answer to that, and take it for failed or try again.
   *
   * @param how the end, or what changes the database in the same transaction and says then how it ended
   */
  async end(name: string, how: StepEnd | ((trx: Transaction<Database>) => Promise<StepEnd>)): Promise<void> {
    const { jobId, attempt } = this.#fence.identity
    const index = this.#steps.get(name)?.index ?? 0
    const step = await this.#fence.write(async (trx, job) => {
      const end = typeof how === 'function' ? await how(trx) : how
      const error = end.error === undefined ? null : storableText(end.error)
      const ended = await trx
        .updateTable('job_steps')
        .set({
          status: end.status,
          attempt,
          result: storableJson(end.result),
          text_end: end.textEnd ?? null,
          duration_ms: end.durationMs,
          error,
        })
        .where('job_id', '=', jobId)
        .where('name', '=', name)
        .where('status', '<>', 'completed')
        .returning('name')
        .executeTakeFirst()
      const kept = ended === undefined ? await this.#findCompleted(trx, name) : undefined
      if (kept !== undefined) return kept
      if (end.status === 'completed' && job.losses > 0) {
        await trx.updateTable('jobs').set({ losses: 0 }).where('job_id', '=', jobId).execute()
      }
      await addMessages(trx, [jobChannel(jobId)], this.#endMessages(name, index, { ...end, error }))
      const { status, result = null, textEnd = null } = end
      return { name, index, status, result, text_end: textEnd }
    })
    this.#steps.set(name, step)
    this.#announced([jobChannel(jobId)])
  }

  #findCompleted(trx: Transaction<Database>, name: string): Promise<StepRow | undefined> {
    return trx
      .selectFrom('job_steps')
      .where('job_id', '=', this.#fence.identity.jobId)
      .where('name', '=', name)
      .where('status', '=', 'completed')
      .select(['name', 'index', 'status', 'result', 'text_end'])
      .executeTakeFirst()
  }

  get #completed(): StepRow[] {
    return [...this.#steps.values()].filter(({ status }) => status === 'completed')
  }

  #endMessages(
    step: string,
    index: number,
    { status, durationMs, error }: Pick<StepEnd, 'status' | 'durationMs'> & { error: string | null },
  ): OutgoingMessage[] {
    const { jobId, operationType } = this.#fence.identity
    const ended = this.#stepMessage(step, index, { status, durationMs, ...(error !== null && { error }) })
    const checkpoint: OutgoingMessage = { type: 'JOB_CHECKPOINT', payload: { jobId, operationType, step } }
    return status === 'completed' ? [ended, checkpoint] : [ended]
  }

  #stepMessage(
    step: string,
    index: number,
    change: { status: StepStatus; durationMs?: number; error?: string },
  ): OutgoingMessage<'JOB_STEP'> {
    const { jobId, operationType } = this.#fence.identity
    const total = this.total === undefined ? {} : { total: this.total }
    return { type: 'JOB_STEP', payload: { jobId, operationType, step, index, ...total, ...change } }
  }
}
