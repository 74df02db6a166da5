import { jobChannel, userChannel, type JobState } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { z } from 'zod'
import { RequestError } from '../request-error.ts'
import { jobIdArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'
import { notFound, requireEngine } from './require-own-job.ts'

const parameters = z.tuple([jobIdArgument])

/** `cancel:job`: the same as the REST call; a running job ends when its handler has let go. */
export function createCancelJob(
  jobs: JobEngine | undefined,
): RequestHandler<typeof parameters, { state: JobState }> {
  return {
    arguments: parameters,
    async run(socket, [jobId], answer) {
      const { userId } = socket.data
      const engine = requireEngine(jobs)
      const outcome = await engine.jobs.cancel({ userId, jobId, by: 'user' })
      if (outcome.outcome === 'not_found') throw notFound(jobId)
      if (outcome.outcome === 'conflict') {
        throw new RequestError('conflict', `Job ${jobId} is ${outcome.state} and can't become cancelled.`)
      }
      answer({ state: outcome.job.state })
      engine.relay.nudge([userChannel(userId), jobChannel(jobId)])
    },
  }
}
