import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { defineOperation, type Operation } from '../../../src/define-operation.ts'
import { FinalError } from '../../../src/errors.ts'
import type { OperationContext } from '../../../src/operation-context.ts'
import { jobScript, stepName, type JobScript } from './job-script.ts'
import type { StepRuns } from './step-runs.ts'
import { untilThawed } from './until-thawed.ts'
import { writeEverything } from './write-everything.ts'

export const QUESTION = 'go-on'

/** Why a job fails whose script says so. */
export const scriptedFailure = 'The job fails, as its script says.'

type ScriptContext = OperationContext<z.output<typeof jobScript>>

/**
 * Does what its input says, and keeps a record of its own: any number at once, one per user at a time, or one that takes the
 * place of that.
 */
export function scriptedOperations(runs: StepRuns): Operation[] {
  const define = (type: string, rank: { exclusive?: boolean; priority?: number }) =>
    defineOperation({
      type,
      description: 'Does what its input says.',
      input: jobScript,
      timeoutMs: 60_000,
      ...rank,
      run: (ctx) => new ScriptRun(ctx, runs).run(),
    })
  return [
    define('scripted', {}),
    define('scripted-exclusive', { exclusive: true }),
    define('scripted-urgent', { exclusive: true, priority: 10 }),
  ]
}

/** One attempt of a scripted job. */
class ScriptRun {
  readonly #ctx: ScriptContext
  readonly #runs: StepRuns

  constructor(ctx: ScriptContext, runs: StepRuns) {
    this.#ctx = ctx
    this.#runs = runs
  }

  async run(): Promise<unknown> {
    const { input: script } = this.#ctx
    const attempts: number[] = []
    for (const [index, step] of script.steps.entries()) {
      const number = index + 1
      await this.#hold('before', number)
      if (script.askBefore === number) {
        await this.#ctx.ask(QUESTION, z.object({ isAgreed: z.boolean() }), 'Shall it go on?')
      }
      attempts.push(await this.#ctx.step(stepName(number), () => this.#runStep(number, step)))
    }
    await this.#hold('before', script.steps.length + 1)
    if (script.end === 'failed') throw new FinalError(scriptedFailure)
    return { attempts }
  }

  /** Answers the attempt that ran it: what later attempts are told must be that. */
  async #runStep(number: number, step: JobScript['steps'][number]): Promise<number> {
    const { attempt, signal, input } = this.#ctx
    const name = stepName(number)
    await this.#note(name, 'begin')
    for (const piece of step.pieces) {
      await this.#ctx.chunk(piece)
      await this.#ctx.progress((100 * number) / input.steps.length, `attempt ${attempt}`)
      await delay(step.pauseMs, undefined, { signal })
    }
    if (step.artifact) await this.#ctx.artifact(`${name}.txt`, `attempt ${attempt}`, 'text/plain')
    await this.#hold('within', number)
    await this.#failIfTold(name, step)
    await this.#note(name, 'end')
    return attempt
  }

  async #failIfTold(name: string, { failures }: JobScript['steps'][number]): Promise<void> {
    if (failures === 0) return
    const earlier = await this.#runs.of(this.#ctx.jobId)
    if (earlier.filter(({ step, kind }) => step === name && kind === 'failed').length >= failures) return
    await this.#note(name, 'failed')
    throw new Error(`${name} fails, as the script says.`)
  }

  async #hold(at: 'before' | 'within', number: number): Promise<void> {
    const { attempt, signal, jobId, input } = this.#ctx
    const { hold } = input
    if (hold?.at !== at || hold.step !== number || attempt > hold.attempts) return
    await this.#note(stepName(number), 'hold')
    if (hold.isStubborn && attempt === 1) {
      await untilThawed()
      await writeEverything(this.#ctx, {
        first: at === 'before' ? 'redis' : 'postgres',
        refused: (error) => this.#note(stepName(number), 'refused', error.name),
      })
      await this.#note(stepName(number), 'over')
      return
    }
    while (!(await this.#runs.isReleased(jobId))) await delay(POLL_MS, undefined, { signal })
  }

  async #note(step: string, kind: Parameters<StepRuns['add']>[1]['kind'], detail?: string): Promise<void> {
    const { jobId, attempt } = this.#ctx
    await this.#runs.add(jobId, { step, attempt, kind, ...(detail !== undefined && { detail }) })
  }
}

const POLL_MS = 50
