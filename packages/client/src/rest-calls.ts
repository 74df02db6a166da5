import type { ErrorCode, JobView } from '@headway/events'
import { RequestError } from './errors.ts'
import type { TokenSource } from './token-source.ts'

export interface RestCallsOptions {
  /** Where `/api` is; the page's own origin unless given. */
  url: string | undefined
  tokens: TokenSource
  fetch: typeof fetch
}

/** The calls that have no socket event: plain REST with the client's token. */
export class RestCalls {
  readonly #options: RestCallsOptions

  constructor(options: RestCallsOptions) {
    this.#options = options
  }

  /** Puts a failed or cancelled job back to work, after its last completed step. */
  async resumeJob(jobId: string): Promise<JobView> {
    const path = `/api/jobs/${encodeURIComponent(jobId)}/resume`
    let response = await this.#post(path, await this.#options.tokens.current())
    if (response.status === 401 && this.#options.tokens.canRenew) {
      response = await this.#post(path, await this.#options.tokens.renew())
    }
    if (!response.ok) throw await problemOf(response)
    return (await response.json()) as JobView
  }

  async #post(path: string, token: string | null): Promise<Response> {
    const { url, fetch } = this.#options
    try {
      const headers = { authorization: `Bearer ${token ?? ''}` }
      return await fetch(`${url?.replace(/\/$/, '') ?? ''}${path}`, { method: 'POST', headers })
    } catch (cause) {
      throw new RequestError('unavailable', `POST ${path} did not reach the server. Try again.`, { cause })
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
  return new RequestError(problem.code ?? 'internal', message)
}
