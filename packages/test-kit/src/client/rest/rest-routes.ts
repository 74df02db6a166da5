import type { IncomingHttpHeaders } from 'node:http'
import { JOB_ID_PATTERN } from '@headway/events'
import { toOperationView, type FakeOperation } from '../jobs/fake-operation.ts'
import type { JobBook } from '../jobs/job-book.ts'
import type { JobCalls } from '../jobs/job-calls.ts'
import { jobsPage } from '../jobs/jobs-page.ts'
import type { KeptJob } from '../jobs/kept-job.ts'
import { RequestError } from '../request-error.ts'

interface RestCall {
  readonly userId: string
  /** Groups of the route's pattern, decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface RestAnswer {
  readonly status?: number
  /** Sent as JSON, unless it is bytes. */
  readonly body: object
  readonly contentType?: string
  readonly headers?: Record<string, string>
}

export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly pattern: RegExp
  readonly answer: (call: RestCall) => RestAnswer
}

export interface RestRoutesParts {
  readonly book: JobBook
  readonly calls: JobCalls
  readonly operations: readonly FakeOperation[]
}

/** The calls on jobs and operations, as the protocol lists them. */
export function restRoutes({ book, calls, operations }: RestRoutesParts): RestRoute[] {
  const own = ({ userId, path: [jobId = ''] }: RestCall): KeptJob => calls.own(userId, jobId)
  return [
    {
      method: 'POST',
      pattern: /^\/api\/jobs$/,
      answer: ({ userId, body, headers }) => {
        const key = headers['idempotency-key']
        return {
          status: 201,
          body: calls.create(userId, objectOf(body), key === undefined ? key : String(key)),
        }
      },
    },
    {
      method: 'GET',
      pattern: /^\/api\/jobs$/,
      answer: ({ userId, query }) => ({
        body: jobsPage(
          book.all.filter((job) => job.userId === userId),
          query,
        ),
      }),
    },
    { method: 'GET', pattern: /^\/api\/jobs\/([^/]+)$/, answer: (call) => ({ body: own(call).view }) },
    {
      method: 'PATCH',
      pattern: /^\/api\/jobs\/([^/]+)\/cancel$/,
      answer: ({ userId, path: [jobId = ''], body }) => {
        const { reason } = objectOf(body ?? {})
        const job = calls.cancel(userId, jobId, typeof reason === 'string' ? reason : undefined)
        return { status: 202, body: job.view }
      },
    },
    {
      method: 'POST',
      pattern: /^\/api\/jobs\/([^/]+)\/resume$/,
      answer: ({ userId, path: [jobId = ''] }) => ({ status: 202, body: calls.resume(userId, jobId).view }),
    },
    {
      method: 'POST',
      pattern: /^\/api\/jobs\/([^/]+)\/answers\/([^/]+)$/,
      answer: ({ userId, path: [jobId = '', question = ''], body }) => {
        const { value } = objectOf(body)
        if (value === undefined) {
          throw new RequestError(
            'bad_request',
            'The body must be a JSON object with the "value" and nothing else.',
          )
        }
        answerInBody(() => calls.answer(userId, { jobId, question, value }))
        return { body: { ok: true } }
      },
    },
    {
      method: 'GET',
      pattern: /^\/api\/jobs\/([^/]+)\/text$/,
      answer: (call) => ({ body: own(call).text, contentType: 'text/plain; charset=utf-8' }),
    },
    {
      method: 'GET',
      pattern: /^\/api\/jobs\/([^/]+)\/artifacts\/([^/]+)$/,
      answer: (call) => {
        const [, artifactId = ''] = call.path
        const file = JOB_ID_PATTERN.test(artifactId) ? own(call).files.get(artifactId) : undefined
        if (!file) throw new RequestError('not_found', 'There is no such artifact.')
        const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`
        return {
          body: file.data,
          contentType: file.contentType,
          headers: { 'content-disposition': disposition },
        }
      },
    },
    {
      method: 'GET',
      pattern: /^\/api\/operations$/,
      answer: () => ({ body: { operations: operations.map(toOperationView) } }),
    },
  ]
}

/** What is wrong with an answer points into the value; the client has sent a body. */
function answerInBody(answer: () => void): void {
  try {
    answer()
  } catch (error) {
    if (!(error instanceof RequestError) || !error.errors) throw error
    const errors = error.errors.map((each) => ({ ...each, pointer: each.pointer.replace('#', '#/value') }))
    throw new RequestError(error.code, error.message, { errors })
  }
}

function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw new RequestError('bad_request', 'The body must be a JSON object.')
}
