import { z } from 'zod'

const scriptedStep = z.object({
  /** Text of the step, sent piece by piece. */
  pieces: z.array(z.string()),
  /** Time after each piece, in milliseconds. */
  pauseMs: z.int().min(0),
  /** The step leaves a file. */
  artifact: z.boolean(),
  /** So many runs of the step fail. */
  failures: z.int().min(0),
})

const hold = z.object({
  /** `before`: between the commit of the step before and this one's beginning. `within`: all is written, nothing committed. */
  at: z.enum(['before', 'within']),
  /** From 1; one more than there are steps is the end of the job. */
  step: z.int().min(1),
  /** The first attempt goes on when its process was frozen and wakes, and then writes whatever it can, signal or not. */
  isStubborn: z.boolean(),
  /** So many attempts are held. */
  attempts: z.int().min(1).default(1),
})

/** What a scripted job does; the input of its operation. */
export const jobScript = z.object({
  steps: z.array(scriptedStep),
  /** The job asks a question before this step, from 1; 0 for none. */
  askBefore: z.int().min(0),
  end: z.enum(['completed', 'failed']),
  /** Where the job waits until the test lets it go on. */
  hold: hold.optional(),
})

export type JobScript = z.input<typeof jobScript>

export function stepName(number: number): string {
  return `step-${number}`
}

export function textOf(script: JobScript): string {
  return script.steps.map(textOfStep).join('')
}

export function textOfStep({ pieces }: JobScript['steps'][number]): string {
  return pieces.join('')
}

export interface StepOptions {
  /** How many pieces of text it sends. @default 2 */
  pieces?: number
  /** In characters. @default 40 */
  pieceLength?: number
  /** @default 0 */
  pauseMs?: number
  /** @default false */
  artifact?: boolean
  /** @default 0 */
  failures?: number
}

/** A step whose text tells which step and piece it is of. */
export function scriptStep(number: number, options: StepOptions = {}): JobScript['steps'][number] {
  const { pieces = 2, pieceLength = 40, pauseMs = 0, artifact = false, failures = 0 } = options
  return {
    pieces: Array.from({ length: pieces }, (_, piece) => {
      // No two steps begin alike, so that a part of one is never taken for a part of another.
      const mark = `${number}.${piece} `
      return `${mark}${'é'.repeat(Math.max(0, pieceLength - mark.length - 1))}\n`
    }),
    pauseMs,
    artifact,
    failures,
  }
}
