import { describeFaults, faultsOf, PLAIN_WORDS, type Attempt, type Question } from '@headway/jobs'
import type { z } from 'zod'
import { FinalError } from '../errors.ts'
import { toQuestion, type AskedQuestion } from './to-question.ts'

/** Most that is said of an answer which did not fit, in characters. */
const COMPLAINT_MAX_LENGTH = 1000

export interface JobQuestionsParts {
  attempt: Pick<Attempt, 'answer'>
  signal: AbortSignal
  /** Ends the attempt with a question; never resolves. */
  park: (question: Question) => Promise<never>
  /** How long a question waits for its answer that says nothing of it, in milliseconds. */
  expiryMs: number
}

/** The questions of one attempt: what was answered before is known, and the first that was not ends the attempt. */
export class JobQuestions {
  readonly #parts: JobQuestionsParts
  readonly #schemas = new Map<string, string>()
  /** Of questions that are asked at once the first one comes first, however long the look for its answer takes. */
  #looked: Promise<unknown> = Promise.resolve()

  constructor(parts: JobQuestionsParts) {
    this.#parts = parts
  }

  async ask<TSchema extends z.ZodType>(
    asked: Omit<AskedQuestion, 'expiresInMs'> & { schema: TSchema; expiresInMs?: number },
  ): Promise<z.output<TSchema>> {
    const { expiresInMs = this.#parts.expiryMs } = asked
    const question = toQuestion({ ...asked, expiresInMs })
    this.#remember(question)
    const look = this.#looked.then(() => this.#parts.attempt.answer(question.name))
    this.#looked = look.catch(() => undefined)
    const answer = await look
    this.#parts.signal.throwIfAborted()
    if (answer === undefined) return this.#parts.park(question)

    const parsed = await asked.schema.safeParseAsync(answer.value, PLAIN_WORDS)
    if (parsed.success) return parsed.data
    // It fits the JSON Schema by which it was taken, and not this one: the operation has changed, or checks more than JSON Schema can say.
    const complaint = describeFaults(faultsOf(parsed.error)).slice(0, COMPLAINT_MAX_LENGTH)
    const prompt = `${question.prompt}\n\nThe last answer did not fit: ${complaint}.`
    return this.#parts.park({ ...question, prompt })
  }

  /** One name is one question: asking it again in an attempt gives its answer, asking another by it is a mistake. */
  #remember({ name, schema }: Question): void {
    const text = JSON.stringify(schema)
    const earlier = this.#schemas.get(name)
    if (earlier !== undefined && earlier !== text) {
      throw new FinalError(
        `The question ${name} was asked before with another schema. Questions of a job need different names.`,
      )
    }
    this.#schemas.set(name, text)
  }
}
