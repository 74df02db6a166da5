import { jobChannel } from '@headway/events'
import { z } from 'zod'
import { jobIdArgument } from './arguments.ts'
import type { RequestHandler } from './on-request.ts'

const parameters = z.tuple([jobIdArgument])

/** `unsubscribe:job`: no message of the job comes after the answer. A job that is not followed is fine too. */
export function createUnsubscribeJob(): RequestHandler<typeof parameters, object> {
  return {
    arguments: parameters,
    async run(socket, [jobId], answer) {
      await socket.leave(jobChannel(jobId))
      answer({})
    },
  }
}
