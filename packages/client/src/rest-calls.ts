import type { ErrorCode } from '@headway/events'
import type { ClientOptions } from './client-options.ts'
import { RequestError } from './errors.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { TokenSource } from './token-source.ts'

/** What a call needs of its client. */
export interface RestParts {
  options: Pick<ClientOptions, 'url' | 'fetch'>
  tokens: TokenSource
}

/** What a REST call says besides its address, as `fetch` takes it. An answer is awaited for a minute, or until its `signal`. */
export interface RestCall extends RequestInit {
  headers?: Record<string, string>
}

/**
 * Makes a call that has no socket event: plain REST with the client's token, renewed once when it is refused. Answers with
 * the JSON, and throws a `RequestError`.
 */
export async function callApi<TAnswer>(
  { options, tokens }: RestParts,
  path: string,
  call?: RestCall,
): Promise<TAnswer> {
  const { url = '', fetch = globalThis.fetch } = options
  const send = async (token: Promise<string | null>): Promise<Response> =>
    await fetch(url.replace(/\/$/, '') + path, {
      // A network may vanish without a word, and `fetch` itself waits for ever.
      signal: AbortSignal.timeout(60_000),
      ...call,
      headers: { ...call?.headers, authorization: `Bearer ${(await token) ?? ''}` },
    })
  let response
  try {
    response = await send(tokens.current())
    if (response.status === 401) response = await send(tokens.renew())
    if (response.ok) return (await response.json()) as TAnswer
  } catch (cause) {
    throw new RequestError('unavailable', `${path} was not answered (${String(cause)}). Try again.`, {
      cause,
    })
  }
  throw await problemOf(response)
}

async function problemOf(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => ({}))) as { code?: ErrorCode; detail?: string }
  const { code = 'internal', detail = `The server answered with status ${response.status}.` } = problem
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now())
  return new RequestError(code, detail, { retryAfterMs })
}
