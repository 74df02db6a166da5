import { ApiError, parseProblem } from './api-error.ts'

export interface SendFileOptions {
  token: string
  /** How much of it is on its way, 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/**
 * Sends a file as it is, and answers with the JSON that comes back. `fetch` does not tell how far a body is: this does.
 *
 * @throws {ApiError} as `httpCall` does; the reason of the signal
 */
export function sendFile<TAnswer>(path: string, file: File, options: SendFileOptions): Promise<TAnswer> {
  const { token, onProgress, signal } = options
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.open('POST', path)
    request.setRequestHeader('authorization', `Bearer ${token}`)
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total && loaded / total))
    request.addEventListener('load', () => {
      const { status } = request
      const answer = jsonOf(request.responseText)
      if (status >= 200 && status < 300) resolve(answer as TAnswer)
      else reject(parseProblem(status, answer, request.getResponseHeader('x-request-id') ?? undefined))
    })
    request.addEventListener('error', () => reject(cutOff()))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort))
    signal.addEventListener('abort', abort)
    request.send(file)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A browser says no more of it: neither why, nor whether the file was changed on the disk while it was read. */
function cutOff(): ApiError {
  return new ApiError({
    code: 'unreachable',
    message: 'The file could not be sent: the connection broke, or the file has changed. Try again.',
    status: 0,
  })
}
