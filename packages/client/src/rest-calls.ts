import type { ErrorCode } from '@headway/events'
import { RequestError } from './errors.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { TokenSource } from './token-source.ts'

export interface RestCallsOptions {
  /** Where `/api` is; the page's own origin unless given. */
  url: string | undefined
  tokens: TokenSource
  fetch: typeof fetch | undefined
}

/** What a REST call says besides its address, as `fetch` takes it. An answer is awaited for a minute, or until its `signal`. */
export interface RestCall extends RequestInit {
  headers?: Record<string, string>
}

/** The calls that have no socket event: plain REST with the client's token, renewed once when it is refused. */
export class RestCalls {
  readonly #options: RestCallsOptions

  constructor(options: RestCallsOptions) {
    this.#options = options
  }

  /** The answer's JSON. Throws a `RequestError`. */
  async call<TAnswer>(path: string, call: RestCall = {}): Promise<TAnswer> {
    const { url, tokens, fetch = globalThis.fetch } = this.#options
    const send = async (token: string | null): Promise<Response> =>
      await fetch(`${url?.replace(/\/$/, '') ?? ''}${path}`, {
        // A network may vanish without a word, and `fetch` itself waits for ever.
        signal: AbortSignal.timeout(60_000),
        ...call,
        headers: { ...call.headers, authorization: `Bearer ${token ?? ''}` },
      })
    try {
      let response = await send(await tokens.current())
      if (response.status === 401 && tokens.canRenew) response = await send(await tokens.renew())
      if (!response.ok) throw await problemOf(response)
      return (await response.json()) as TAnswer
    } catch (cause) {
      if (cause instanceof RequestError) throw cause
      throw new RequestError('unavailable', `${path} was not answered (${String(cause)}). Try again.`, {
        cause,
      })
    }
  }
}

async function problemOf(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: ErrorCode
    detail?: string
    title?: string
  }
  const message = problem.detail ?? problem.title ?? `The server answered with status ${response.status}.`
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now())
  return new RequestError(problem.code ?? 'internal', message, { retryAfterMs })
}
