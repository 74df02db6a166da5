import type { RequestHandler } from 'express'
import { EVENT_STREAM_HEADERS } from '../realtime/streams/event-stream.ts'
import type { JobStreams } from '../realtime/streams/job-streams.ts'
import { expiresAtOf, userIdOf } from './authenticate.ts'
import { HttpError } from './http-error.ts'
import { jobIdOf } from './job-id.ts'
import { lastEventIdOf } from './last-event-id.ts'

/**
 * `GET /jobs/:jobId/events`: the job's channel as Server-Sent Events, to the job's user alone. It begins with what
 * `Last-Event-ID` has missed, or with a snapshot, and ends with the job.
 */
export function jobEvents(streams: JobStreams | undefined): RequestHandler {
  return async (request, response) => {
    const jobId = jobIdOf(request)
    const cursor = lastEventIdOf(request)
    const [userId, expiresAt] = [userIdOf(response), expiresAtOf(response)]
    if (!streams)
      throw new HttpError('unavailable', 'This server runs without sockets, and so without streams.')
    await streams.requireAccess({ userId, jobId })
    if (request.method === 'HEAD') response.writeHead(200, EVENT_STREAM_HEADERS).end()
    else await streams.serve(response, { userId, jobId, expiresAt, cursor })
  }
}
