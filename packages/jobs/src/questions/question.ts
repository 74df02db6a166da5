import { sql } from 'kysely'
import { storableJson } from '../database/storable.ts'

/** What an operation asks the job's owner. */
export interface Question {
  /** Unique in the job. */
  name: string
  prompt: string
  /** JSON Schema of the answer. */
  schema: Record<string, unknown>
  /** The job fails when it has waited this long, in milliseconds. */
  expiresInMs: number
}

/** Longest name of a question, in characters. */
export const QUESTION_NAME_MAX_LENGTH = 128

/** Largest question (name, prompt and schema), in bytes of JSON: its message has room for little else beside it. */
export const QUESTION_MAX_BYTES = 49_152

/** The columns of a job that waits for the answer. The time is that of Postgres, by which it is judged too. */
export function questionColumns({ name, prompt, schema, expiresInMs }: Question) {
  return {
    question: storableJson({ name, prompt, schema }),
    question_until: sql<Date>`now() + make_interval(secs => ${expiresInMs / 1000}::double precision)`,
  }
}
