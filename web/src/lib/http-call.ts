import { ApiError, parseProblem } from './api-error.ts'

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  token?: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

/**
 * One REST call to the page's own origin.
 *
 * @throws {ApiError} for every answer that is not a success, and with the code `unreachable` when none came
 */
export async function httpCall(path: string, options: CallOptions = {}): Promise<Response> {
  const response = await answerOf(path, options)
  if (response.ok) return response
  throw parseProblem(
    response.status,
    await jsonOf(response),
    response.headers.get('x-request-id') ?? undefined,
  )
}

/** Like {@link httpCall}, for an answer that is JSON. */
export async function jsonCall<TAnswer>(path: string, options: CallOptions = {}): Promise<TAnswer> {
  const response = await httpCall(path, options)
  return (await response.json()) as TAnswer
}

async function answerOf(path: string, options: CallOptions): Promise<Response> {
  const { method = 'GET', token, body, headers, signal } = options
  try {
    return await fetch(path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new ApiError({
      code: 'unreachable',
      message: 'The server did not answer. It may be restarting, or this device may be offline.',
      status: 0,
      cause,
    })
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}
