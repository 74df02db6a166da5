import { Readable } from 'node:stream'
import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { userIdOf } from './authenticate.ts'
import { notFound } from './http-error.ts'
import { jobIdOf } from './job-id.ts'
import { sendPartHeaders } from './send-part-headers.ts'
import { sendStream } from './send-stream.ts'

const PAGE_BYTES = 1_048_576

/**
 * `GET /jobs/:jobId/text`: the text so far. Offsets are UTF-8 bytes, as in JOB_CHUNK, so `Range: bytes=<end>-` gets
 * what follows the last chunk that a client has.
 */
export function jobText(engine: JobEngine): RequestHandler {
  return async (request, response) => {
    const jobId = jobIdOf(request)
    if (!(await engine.jobs.owned(userIdOf(response), [jobId])).has(jobId)) throw notFound('job')
    const { end } = await engine.text.read(jobId, 0, 0)
    const part = sendPartHeaders(request, response, { length: end, what: 'text' })
    const [first, stop] = part ? [part.first, part.last + 1] : [0, end]
    response.set('Content-Type', 'text/plain; charset=utf-8')
    if (request.method === 'HEAD') response.end()
    else await sendStream(Readable.from(pages(engine, jobId, first, stop), { objectMode: false }), response)
  }
}

async function* pages(engine: JobEngine, jobId: string, first: number, stop: number): AsyncGenerator<Buffer> {
  for (let offset = first; offset < stop;) {
    const { text } = await engine.text.read(jobId, offset, Math.min(PAGE_BYTES, stop - offset))
    // A new attempt has truncated the text. The connection breaks off, so that nobody takes the part for the whole.
    if (text.length === 0) throw new Error(`The text of job ${jobId} became shorter while it was sent.`)
    yield text
    offset += text.length
  }
}
