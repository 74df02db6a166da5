import { isTerminalState, type JobState, type JobView } from '@headway/events'
import { checkSchema } from '../check-schema.ts'
import { describeFieldErrors } from '../describe-field-errors.ts'
import { RequestError } from '../request-error.ts'
import { endAsCancelled } from './end-as-cancelled.ts'
import type { FakeOperation } from './fake-operation.ts'
import type { JobBook } from './job-book.ts'
import type { KeptJob } from './kept-job.ts'

/** The answer to a creation. */
export interface CreatedJob {
  readonly jobId: string
  readonly state: JobState
  readonly job: JobView
}

/** What users may do with their jobs, by HTTP or socket. The caller answers first, then lets the book tell the news. */
export class JobCalls {
  readonly #book: JobBook
  readonly #operations: readonly FakeOperation[] | undefined
  /** First answers, by user and Idempotency-Key. */
  readonly #answers = new Map<string, { body: string; created: CreatedJob }>()

  /** @param operations undefined for a server that takes every type */
  constructor(book: JobBook, operations: readonly FakeOperation[] | undefined) {
    this.#book = book
    this.#operations = operations
  }

  /** The user's job; what is missing and what is another's looks the same. */
  own(userId: string, jobId: string): KeptJob {
    const job = this.#book.find(jobId)
    if (job?.userId !== userId) throw new RequestError('not_found', 'There is no such job.')
    return job
  }

  create(userId: string, body: Record<string, unknown>, idempotencyKey?: string): CreatedJob {
    const place = `${userId} ${idempotencyKey}`
    const text = canonicalJson(body)
    const first = idempotencyKey === undefined ? undefined : this.#answers.get(place)
    if (first && first.body !== text) {
      throw new RequestError(
        'idempotency_mismatch',
        'This Idempotency-Key was used with another body. Repeat that body, or use a new key.',
      )
    }
    if (first) return first.created
    const { type, ...input } = body
    this.#check(type, input)
    const { created } = this.#book.create(userId, type as string, input)
    const answer = { jobId: created.jobId, state: created.state, job: created }
    if (idempotencyKey !== undefined) this.#answers.set(place, { body: text, created: answer })
    return answer
  }

  cancel(userId: string, jobId: string, reason?: string): KeptJob {
    const job = this.own(userId, jobId)
    const { view } = job
    if (view.state === 'cancelled') return job
    if (isTerminalState(view.state)) throw conflict(view.state, 'cancelled')
    job.cancel ??= { by: 'user', ...(reason !== undefined && { reason }) }
    if (view.state === 'running') this.#askWorker(job)
    else endAsCancelled(this.#book, job)
    return job
  }

  resume(userId: string, jobId: string): KeptJob {
    const job = this.own(userId, jobId)
    const { view } = job
    if (view.state === 'waiting' && view.question) throw waitsForAnswer(view.question.name)
    if (view.state !== 'failed' && view.state !== 'cancelled') throw conflict(view.state, 'queued')
    Object.assign(view, { result: null, error: null, errorCode: null, finishedAt: null })
    job.cancel = undefined
    const fromStep = view.steps.findLast(({ status }) => status === 'completed')?.name
    this.#book.queue(job, 'resumed', ['JOB_RESUMED', fromStep === undefined ? {} : { fromStep }])
    return job
  }

  answer(
    userId: string,
    { jobId, question, value }: { jobId: string; question: string; value: unknown },
  ): void {
    const job = this.own(userId, jobId)
    const { state, question: open } = job.view
    if (open?.name !== question) throw new RequestError('conflict', describeOpen(state, open?.name))
    const answer = structuredClone(value)
    const errors = checkSchema(open.schema, answer)
    if (errors.length > 0) {
      const message = `The answer does not fit the question: ${describeFieldErrors(errors)}.`
      throw new RequestError('bad_request', message, { errors })
    }
    this.#book.queue(job, 'answered', ['JOB_ANSWERED', { question }])
    const take = job.takeAnswer
    job.takeAnswer = undefined
    this.#book.afterwards(() => take?.(answer))
  }

  #askWorker(job: KeptJob): void {
    job.view.cancelRequested = true
    this.#book.afterwards(() => {
      if (job.view.state === 'running' && !job.ignoresCancel) endAsCancelled(this.#book, job)
    })
  }

  /** Input defaults are filled in. */
  #check(type: unknown, input: Record<string, unknown>): void {
    if (typeof type !== 'string' || type === '') {
      throw new RequestError(
        'bad_request',
        'The body has no "type". GET /api/operations lists what it can be.',
        {
          errors: [{ pointer: '#/type', detail: 'is required' }],
        },
      )
    }
    if (!this.#operations) return
    const operation = this.#operations.find((each) => each.type === type)
    if (!operation) {
      const known = this.#operations.map((each) => each.type).join(', ')
      const message = `This deployment does not run that operation; it runs ${known}.`
      const errors = [{ pointer: '#/type', detail: 'is not an operation of this deployment' }]
      throw new RequestError('unsupported_operation', message, { errors })
    }
    if (operation.unavailableReason !== undefined) {
      const message = `The operation ${type} is not available: ${operation.unavailableReason}`
      throw new RequestError('unavailable', message, { retryAfterMs: 30_000 })
    }
    const errors = operation.inputSchema ? checkSchema(operation.inputSchema, input) : []
    if (errors.length === 0) return
    const message = `The input does not fit the operation ${type}: ${describeFieldErrors(errors)}.`
    throw new RequestError('bad_request', message, { errors })
  }
}

function conflict(from: JobState, to: JobState): RequestError {
  return new RequestError('conflict', `The job is ${from} and can't become ${to}.`)
}

function waitsForAnswer(question: string): RequestError {
  return new RequestError(
    'conflict',
    `The job is waiting and can't become queued by a resume: it goes on when its question ${JSON.stringify(question)} is answered. Answer that (POST /api/jobs/:jobId/answers/:question, or answer:job), or cancel the job.`,
  )
}

function describeOpen(state: JobState, open: string | undefined): string {
  if (open === undefined) return `The job is ${state} and has no open question.`
  return `The job is ${state} for the answer to another question: ${JSON.stringify(open)}.`
}

/** A client that builds its body anew for a retry may order the keys otherwise: it is the same request. */
function canonicalJson(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}
