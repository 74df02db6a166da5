import { jobChannel, userChannel, type JobState, type JobView } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { userIdOf } from './authenticate.ts'
import { HttpError, notFound } from './http-error.ts'
import { jobIdOf } from './job-id.ts'
import { requireOperation } from './require-operation.ts'

/** The body of a cancellation, which may be left out. */
export const cancelBody = z.strictObject({ reason: z.string().max(500).optional() }).optional()

/** `PATCH /jobs/:jobId/cancel`. A running job goes on until its worker has let go: `cancelRequested` says so. */
export function cancelJob(engine: JobEngine): RequestHandler {
  return async (request, response) => {
    const userId = userIdOf(response)
    const jobId = jobIdOf(request)
    const body = cancelBody.safeParse(request.body)
    if (!body.success) {
      throw new HttpError(
        'bad_request',
        'The body may hold a "reason" of at most 500 characters and nothing else.',
      )
    }
    const reason = body.data?.reason
    const cancel = await engine.jobs.cancel({
      userId,
      jobId,
      by: 'user',
      ...(reason === undefined ? {} : { reason }),
    })
    if (cancel.outcome === 'not_found') throw notFound('job')
    if (cancel.outcome === 'conflict') throw conflict(cancel.state, 'cancelled')
    accept(response, engine, userId, cancel.job)
  }
}

/** `POST /jobs/:jobId/resume`: it goes on after the last completed step. What can't be started now can't be resumed either. */
export function resumeJob(engine: JobEngine): RequestHandler {
  return async (request, response) => {
    const userId = userIdOf(response)
    const jobId = jobIdOf(request)
    const job = await engine.jobs.view(userId, jobId)
    // Of a job that is in no state to be resumed, that is what there is to say.
    const hasStopped = job?.state === 'failed' || job?.state === 'cancelled'
    if (hasStopped) await requireOperation(engine, job.operationType)
    const resume = await engine.jobs.resume({ userId, jobId })
    if (resume.outcome === 'not_found') throw notFound('job')
    if (resume.outcome === 'conflict') throw notResumable(resume.state, job?.question)
    accept(response, engine, userId, resume.job)
  }
}

/** The answer first; what has changed is published after it. */
function accept(response: Response, engine: JobEngine, userId: string, job: JobView): void {
  response.status(202).json(job)
  engine.relay.nudge([userChannel(userId), jobChannel(job.jobId)])
}

/** A job that waits goes on by its answer, which whoever resumes it may not know. */
function notResumable(state: JobState, question: JobView['question'] | undefined): HttpError {
  if (state !== 'waiting' || !question) return conflict(state, 'queued')
  return new HttpError(
    'conflict',
    `The job is waiting and can't become queued by a resume: it goes on when its question ${JSON.stringify(question.name)} is answered. Answer that (POST /api/jobs/:jobId/answers/:question, or answer:job), or cancel the job.`,
  )
}

function conflict(from: JobState, to: JobState): HttpError {
  return new HttpError('conflict', `The job is ${from} and can't become ${to}.`)
}
