import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'

/** A body that has not arrived by then is not waited for any longer, in milliseconds. */
const BODY_TIMEOUT_MS = 30_000

/** A file that has brought no byte for so long is not waited for any longer, in milliseconds. */
const STALL_TIMEOUT_MS = 30_000

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/** Cuts off a client that sends its body byte by byte, whatever the address is that it sends it to. */
export function limitBodyTime(timeoutMs = BODY_TIMEOUT_MS): RequestHandler {
  return (request, _response, next) => {
    if (!request.complete) {
      const cutOff = () => request.complete || request.socket.destroy()
      const deadline = setTimeout(cutOff, timeoutMs).unref()
      deadlines.set(request, deadline)
      request.once('close', () => clearTimeout(deadline))
    }
    next()
  }
}

/** Lets this body take its time, as long as it comes at all: the server's own time limit ends it otherwise. */
export function allowLongBody(request: IncomingMessage): void {
  clearTimeout(deadlines.get(request))
  request.setTimeout(STALL_TIMEOUT_MS, () => request.socket.destroy())
  request.once('close', () => request.setTimeout(0))
}
