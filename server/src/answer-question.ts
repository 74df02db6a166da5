import { jobChannel, userChannel, type ErrorCode } from '@headway/events'
import { describeFaults, type AnswerRequest, type JobEngine } from '@headway/jobs'
import type { FieldError } from './http/http-error.ts'
import { jsonProblem } from './http/json-problem.ts'
import type { JsonSchemas } from './json-schemas.ts'

export interface AnswerQuestionParts {
  engine: JobEngine
  schemas: JsonSchemas
}

/** Why an answer was not taken; no value of the request is in it. */
export interface AnswerRefusal {
  code: Extract<ErrorCode, 'bad_request' | 'conflict' | 'not_found'>
  detail: string
  /** What is wrong with the value, where it does not fit the question's schema; pointers are into the value. */
  errors?: FieldError[]
}

/**
 * Answers the open question of a user's job, if the value fits its schema. The caller first tells its client, then calls
 * {@link publishAnswer}.
 */
export async function answerQuestion(
  { engine, schemas }: AnswerQuestionParts,
  request: Omit<AnswerRequest<never>, 'check'>,
): Promise<AnswerRefusal | undefined> {
  const { value } = request
  const problem = value === undefined ? 'The value is missing.' : jsonProblem(value, 'The value')
  if (problem !== undefined) return { code: 'bad_request', detail: problem }
  const decision = await engine.jobs.answer<AnswerRefusal>({
    ...request,
    check: (schema) => refusalOf(schemas.check(schema, value)),
  })
  switch (decision.outcome) {
    case 'answered':
      return undefined
    case 'invalid':
      return decision.problem
    case 'conflict':
      return { code: 'conflict', detail: describeConflict(decision) }
    case 'expired':
      return {
        code: 'conflict',
        detail: 'The question has expired and is not answered any more. Resume the job to be asked again.',
      }
    case 'not_found':
      return { code: 'not_found', detail: 'There is no such job.' }
    default:
      return decision satisfies never
  }
}

/** Hands the news of an answer, and the job's new turn in the queue, to the relay. */
export function publishAnswer(engine: JobEngine, { userId, jobId }: { userId: string; jobId: string }): void {
  engine.relay.nudge([userChannel(userId), jobChannel(jobId)])
}

function refusalOf(errors: FieldError[]): AnswerRefusal | undefined {
  if (errors.length === 0) return undefined
  return {
    code: 'bad_request',
    detail: `The answer does not fit the question: ${describeFaults(errors)}.`,
    errors,
  }
}

function describeConflict({
  state,
  openQuestion,
}: {
  state: string
  openQuestion: string | undefined
}): string {
  if (openQuestion === undefined) return `The job is ${state} and has no open question.`
  return `The job is ${state} for the answer to another question: ${JSON.stringify(openQuestion)}.`
}
