import type { RequestHandler } from 'express'
import { z } from 'zod'
import { answerQuestion, publishAnswer, type AnswerQuestionParts } from '../answer-question.ts'
import { userIdOf } from './authenticate.ts'
import { HttpError } from './http-error.ts'
import { jobIdOf } from './job-id.ts'

/** The body of an answer. */
export const answerBody = z.strictObject({ value: z.unknown() })

/** How a path names a question. */
export const questionParameter = z.string()

/** `POST /jobs/:jobId/answers/:question`: the same as `answer:job` of a socket. */
export function answerJob(parts: AnswerQuestionParts): RequestHandler {
  return async (request, response) => {
    const job = { userId: userIdOf(response), jobId: jobIdOf(request) }
    const question = questionParameter.parse(request.params['question'])
    const body = answerBody.safeParse(request.body)
    if (!body.success) {
      throw new HttpError('bad_request', 'The body must be a JSON object with the "value" and nothing else.')
    }
    const refusal = await answerQuestion(parts, { ...job, question, value: body.data.value })
    if (refusal !== undefined) {
      const { code, detail, errors } = refusal
      // They point into the value; the client has sent a body.
      const inBody = errors?.map((error) => ({ ...error, pointer: error.pointer.replace('#', '#/value') }))
      throw new HttpError(code, detail, inBody === undefined ? {} : { errors: inBody })
    }
    response.json({ ok: true })
    publishAnswer(parts.engine, job)
  }
}
