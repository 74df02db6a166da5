import { QUESTION_NAME_MAX_LENGTH, type JobEngine } from '@headway/jobs'
import { z } from 'zod'
import { answerQuestion, publishAnswer } from '../../answer-question.ts'
import { JsonSchemas } from '../../json-schemas.ts'
import { RequestError } from '../request-error.ts'
import { jobIdArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'
import { notFound, requireEngine } from './require-own-job.ts'

const parameters = z.tuple([jobIdArgument, z.string().min(1).max(QUESTION_NAME_MAX_LENGTH), z.unknown()])

/** `answer:job`: puts a job that waits for this answer into the queue again. */
export function createAnswerJob(jobs: JobEngine | undefined): RequestHandler<typeof parameters, object> {
  const schemas = new JsonSchemas()
  return {
    arguments: parameters,
    async run(socket, [jobId, question, value], answer) {
      const engine = requireEngine(jobs)
      const job = { userId: socket.data.userId, jobId }
      const refusal = await answerQuestion({ engine, schemas }, { ...job, question, value })
      if (refusal?.code === 'not_found') throw notFound(jobId)
      if (refusal !== undefined) throw new RequestError(refusal.code, refusal.detail)
      answer({})
      publishAnswer(engine, job)
    },
  }
}
