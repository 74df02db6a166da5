import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { HttpError } from './http-error.ts'
import { PROBLEM_CONTENT_TYPE, toProblem } from './problem.ts'

/** A client that sends a byte a second holds a connection for so long, and no longer; see `body-time.ts` for bodies that are no files. */
const HEADERS_TIMEOUT_MS = 10_000
/** For the largest upload on a slow line. */
const REQUEST_TIMEOUT_MS = 600_000
const CHECKING_INTERVAL_MS = 1_000

/** Longer than the 60 s of common balancers: they must be the ones to close an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000

/** An HTTP server that slow and broken clients cannot hold up. It does not listen yet. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    listener,
  )
  server.on('clientError', refuseBrokenRequest)
  return server
}

/** What Node's parser refuses never reaches the application, and is answered in its form all the same. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = toProblem(toRefusal(error.code))
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function toRefusal(code: string | undefined): HttpError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpError('bad_request', 'The headers are larger than 16 KiB.', { status: 431 })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpError('bad_request', 'The request took too long to arrive.', { status: 408 })
  }
  return new HttpError('bad_request', 'This is not a well-formed HTTP request.')
}
