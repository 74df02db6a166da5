import { jobChannel, userChannel } from '@headway/events'
import { UnknownUploadError, type JobEngine, type NewJob } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { userIdOf } from './authenticate.ts'
import { HttpError } from './http-error.ts'
import { idempotencyOf, type Idempotency } from './idempotency-key.ts'
import type { InputValidator } from './input-validator.ts'
import { requireOperation } from './require-operation.ts'
import { refuseAboveCap } from './unfinished-jobs.ts'
import { uploadsOfInput } from './uploads-of-input.ts'

export interface CreateJobOptions {
  engine: JobEngine
  validator: InputValidator
  maxUnfinishedJobs: number
}

/** What starts a job: the input of an operation, beside its type. The operation has the schema of the rest. */
export const newJobBody = z.looseObject({ type: z.string().min(1) })

/** `POST /jobs`. The answer is sent first; then the outbox is told that there is something to publish. */
export function createJob({ engine, validator, maxUnfinishedJobs }: CreateJobOptions): RequestHandler {
  const create = async ({
    idempotency,
    ...job
  }: Omit<NewJob, 'idempotency'> & { idempotency: Idempotency | undefined }) => {
    const operation = await requireOperation(engine, job.operationType, [
      { pointer: '#/type', detail: 'is not an operation of this deployment' },
    ])
    validator.check(operation, job.input)
    await refuseAboveCap(engine, job.userId, maxUnfinishedJobs)
    const uploads = uploadsOfInput(operation.inputSchema, job.input)
    const uploadIds = uploads.map(({ uploadId }) => uploadId)
    return engine.jobs
      .create({ ...job, uploadIds, ...(idempotency && { idempotency }) })
      .catch((error: unknown) => {
        if (!(error instanceof UnknownUploadError)) throw error
        const field = uploads.find(({ uploadId }) => uploadId === error.uploadId)?.field
        throw new HttpError('bad_request', error.message, {
          errors: [{ pointer: `#/${field}`, detail: 'is no upload of yours, or has expired' }],
        })
      })
  }

  return async (request, response) => {
    const userId = userIdOf(response)
    const idempotency = idempotencyOf(request)
    const { type, ...input } = parseRequest(request.body)

    const repeat = idempotency && (await engine.jobs.findRepeat({ userId, idempotency }))
    const created = repeat ?? (await create({ userId, operationType: type, input, idempotency }))
    if (created.outcome === 'idempotency_mismatch') {
      throw new HttpError(
        'idempotency_mismatch',
        'This Idempotency-Key was used with another body. Repeat that body, or use a new key.',
      )
    }
    const { jobId } = created.response
    response.status(201).location(`${request.baseUrl}/jobs/${jobId}`).json(created.response)
    engine.relay.nudge([userChannel(userId), jobChannel(jobId)])
  }
}

function parseRequest(body: unknown): z.infer<typeof newJobBody> {
  const parsed = newJobBody.safeParse(body)
  if (parsed.success) return parsed.data
  if (parsed.error.issues.some(({ path }) => path.length === 0)) {
    throw new HttpError(
      'bad_request',
      'The body must be a JSON object with the "type" of an operation and its input.',
    )
  }
  throw new HttpError('bad_request', 'The body has no "type". GET /api/operations lists what it can be.', {
    errors: [{ pointer: '#/type', detail: 'is required' }],
  })
}
