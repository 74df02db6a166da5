import type { JobEngine } from '@headway/jobs'
import { z } from 'zod'
import { RequestError } from '../request-error.ts'
import { jobIdArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'
import { requireEngine, requireOwnJob } from './require-own-job.ts'

const parameters = z.tuple([jobIdArgument, z.string().min(1).max(128), z.unknown()])

/** `answer:job`: refused while no operation asks questions, with the word that this job has none open. */
export function createAnswerJob(jobs: JobEngine | undefined): RequestHandler<typeof parameters, object> {
  return {
    arguments: parameters,
    async run(socket, [jobId, question]) {
      const job = await requireOwnJob(requireEngine(jobs), socket.data.userId, jobId)
      throw new RequestError(
        'conflict',
        `Job ${jobId} is ${job.state} and has no open question "${question}".`,
      )
    },
  }
}
