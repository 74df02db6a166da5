import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'

/** With the default of three failures the job fails once; a resume then goes on after the last completed step. */
const FAILING_ATTEMPTS = 3
const SENTENCE = 'The quick brown fox jumps over the lazy dog. '

const input = z.object({
  steps: z.int().min(1).max(1000).meta({ title: 'Steps', description: 'How many steps the job has.' }),
  stepMs: z.int().min(0).max(60_000).meta({ title: 'Time per step', description: 'In milliseconds.' }),
  progressPerStep: z
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .meta({ title: 'Progress per step', description: 'Progress messages sent in each step.' }),
  chunkBytes: z
    .int()
    .min(0)
    .max(65_536)
    .default(0)
    .meta({ title: 'Text per step', description: 'Bytes of text sent in each step.' }),
  failAtStep: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ title: 'Fail at step', description: 'The first three attempts fail in this step.' }),
  ignoreAbort: z
    .boolean()
    .default(false)
    .meta({ title: 'Ignore being told to stop', description: 'As an operation with a fault would.' }),
  artifacts: z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .meta({ title: 'Artifacts', description: 'How many small text files the job leaves.' }),
  ask: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ title: 'Ask before step', description: 'The job waits for an answer before it goes on.' }),
})

/** Something of each kind that a form can have. */
const answer = z.object({
  pace: z.enum(['careful', 'quick']).meta({ title: 'Pace', description: 'How to go on.' }),
  note: z.string().max(500).optional().meta({ title: 'Note', description: 'Kept in the result.' }),
})

/** Work that costs nothing and does everything a job can do. */
export const rehearse = defineOperation({
  type: 'rehearse',
  description:
    'A job without real work: steps, progress, text and files at the pace that you set. For trying things out, load tests and health checks.',
  input,
  timeoutMs: 24 * 60 * 60_000,
  async run(ctx) {
    const { steps, artifacts, failAtStep, ask } = ctx.input
    const signal = ctx.input.ignoreAbort ? undefined : ctx.signal
    ctx.expectSteps(steps + artifacts)
    let answered: z.output<typeof answer> | undefined
    for (let number = 1; number <= steps; number += 1) {
      if (number === ask) {
        answered = await ctx.ask('go-on', answer, `Step ${number} of ${steps} is next. How shall it go on?`)
      }
      await ctx.step(`step-${number}`, async () => {
        if (number === failAtStep && ctx.attempt <= FAILING_ATTEMPTS) {
          throw new Error(`Step ${number} failed, as the job was told to.`)
        }
        await ctx.chunk(textOfStep(number, ctx.input.chunkBytes))
        await passTime(ctx, number, signal)
      })
    }
    for (let number = 1; number <= artifacts; number += 1) {
      const content = `File ${number} of ${artifacts} of job ${ctx.jobId}.\n`
      await ctx.step(`artifact-${number}`, () =>
        ctx.artifact(`rehearsal-${number}.txt`, content, 'text/plain'),
      )
    }
    return { steps, artifacts, ...(answered !== undefined && { answer: answered }) }
  },
})

interface Pace {
  input: z.output<typeof input>
  progress: (percent: number, label: string) => Promise<void>
}

/** Lets the step's time pass, with its progress spread over it. */
async function passTime(
  { input, progress }: Pace,
  number: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { steps, stepMs, progressPerStep } = input
  const parts = Math.max(1, progressPerStep)
  for (let part = 1; part <= parts; part += 1) {
    await delay(stepMs / parts, undefined, signal ? { signal } : {})
    if (progressPerStep === 0) continue
    const percent = (100 * (number - 1 + part / parts)) / steps
    await progress(percent, `Step ${number} of ${steps}`)
  }
}

/** Exactly so many bytes, which tell the step that they are from. */
function textOfStep(number: number, bytes: number): string {
  if (bytes === 0) return ''
  const text = `[${number}] ${SENTENCE.repeat(Math.ceil(bytes / SENTENCE.length))}`
  return bytes === 1 ? '\n' : `${text.slice(0, bytes - 1)}\n`
}
