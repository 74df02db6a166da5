import { QUESTION_MAX_BYTES, QUESTION_NAME_MAX_LENGTH, type Question } from '@headway/jobs'
import { z } from 'zod'
import { FinalError } from '../errors.ts'

/** Longest time that a question may wait for its answer, in milliseconds: a year. */
const LONGEST_EXPIRY_MS = 365 * 24 * 3_600_000

/** A question's name is part of an address: no control characters, and not what means a folder. */
const NAME = new RegExp(`^(?!\\.{1,2}$)[^\\p{Cc}\\p{Cs}]{1,${QUESTION_NAME_MAX_LENGTH}}$`, 'u')

/** A question with the schema of its operation, which can say more than JSON Schema. */
export interface AskedQuestion extends Omit<Question, 'schema'> {
  schema: z.ZodType
}

/**
 * What an operation asks, as the job keeps it and its owner's form shows it.
 *
 * @throws FinalError for a question that can't be asked
 */
export function toQuestion({ name, prompt, schema, expiresInMs }: AskedQuestion): Question {
  if (!NAME.test(name)) {
    throw new FinalError(
      `A question's name has 1 to ${QUESTION_NAME_MAX_LENGTH} characters, no control characters among them; ${JSON.stringify(name.slice(0, 200))} can't be one.`,
    )
  }
  if (!Number.isInteger(expiresInMs) || expiresInMs < 1 || expiresInMs > LONGEST_EXPIRY_MS) {
    throw new FinalError(
      `expiresInMs of the question ${name} is ${expiresInMs}; set whole milliseconds from 1 to ${LONGEST_EXPIRY_MS}.`,
    )
  }
  const question = { name, prompt, schema: toJsonSchema(name, schema), expiresInMs }
  const bytes = Buffer.byteLength(JSON.stringify(question))
  if (bytes > QUESTION_MAX_BYTES) {
    throw new FinalError(
      `The question ${name} has ${bytes} bytes with its prompt and schema; ${QUESTION_MAX_BYTES} fit into its message. Ask for less at a time.`,
    )
  }
  return question
}

/** Of what is to be sent: the schema's defaults and transformations are applied when the operation gets it. */
function toJsonSchema(name: string, schema: z.ZodType): Record<string, unknown> {
  try {
    return z.toJSONSchema(schema, { io: 'input' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FinalError(
      `The schema of the question ${name} can't be shown as a form: ${why}. Ask for JSON: text, numbers, booleans, lists, objects.`,
      { cause: error },
    )
  }
}
