import { APIConnectionError, APIError } from 'openai'
import { FinalError, RetryableError } from '../errors.ts'
import { readRetryAfter } from './retry-after.ts'

/** Of what an endpoint says, so many characters are repeated. */
const WORDS_MAX_LENGTH = 400

export interface LlmErrorFacts {
  model: string
  /** Never part of an error, also where the endpoint repeats it. */
  apiKey: string | undefined
  now: number
}

/**
 * What an error of the endpoint means for the job: whether it is tried again, and what to do. The library's own error is not kept as the
 * cause, as what it repeats may hold the key.
 */
export function toLlmError(thrown: unknown, facts: LlmErrorFacts): Error {
  if (thrown instanceof FinalError || thrown instanceof RetryableError) return thrown
  if (thrown instanceof APIConnectionError || !(thrown instanceof APIError))
    return connectionLost(thrown, facts)
  // An error in the middle of a stream has no status.
  if (thrown.status === undefined) return unavailable(`broke off the answer: ${wordsOf(thrown, facts)}`)
  return ofStatus(thrown, facts)
}

function ofStatus(error: APIError, facts: LlmErrorFacts): Error {
  const status = error.status as number
  const said = wordsOf(error, facts)
  switch (status) {
    case 401:
    case 403:
      return rejected(
        `refuses the key (${status}): ${said} Set LLM_API_KEY of the workers.`,
        'llm_unauthorized',
      )
    case 404:
      return rejected(
        `does not know the model ${facts.model}, or is not where LLM_BASE_URL says (404): ${said} Set LLM_MODEL or LLM_BASE_URL of the workers.`,
        'llm_not_found',
      )
    case 429: {
      if (error.code === 'insufficient_quota') {
        return rejected(`has no quota left (429): ${said} Raise it with the provider.`, 'llm_quota_exceeded')
      }
      return unavailable(`takes no more requests for now (429): ${said}`, error, facts, 'llm_rate_limited')
    }
    case 408:
    case 409:
    case 425:
      return unavailable(`did not do it (${status}): ${said}`, error, facts)
    default:
      if (status >= 500) return unavailable(`failed (${status}): ${said}`, error, facts)
      return rejected(`does not take the request (${status}): ${said}`, 'llm_rejected')
  }
}

function rejected(what: string, code: string): FinalError {
  return new FinalError(`The model's endpoint ${what}`, { code })
}

function unavailable(
  what: string,
  error?: APIError,
  facts?: LlmErrorFacts,
  code: string = 'llm_unavailable',
): RetryableError {
  const retryAfterMs = facts && readRetryAfter(error?.headers, facts.now)
  const options = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return new RetryableError(`The model's endpoint ${what}`, options)
}

/** Names the fault of the network, as ECONNREFUSED, and no address. */
function connectionLost(thrown: unknown, facts: LlmErrorFacts): RetryableError {
  const fault = codeOf(thrown) ?? (thrown instanceof Error ? clean(thrown.message, facts) : 'no connection')
  return unavailable(`can't be reached, or the connection to it was cut (${fault}).`)
}

function codeOf(thrown: unknown, depth: number = 0): string | undefined {
  if (!(thrown instanceof Error) || depth > 4) return undefined
  const code = 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : codeOf(thrown.cause, depth + 1)
}

/** What the endpoint says, as one sentence. */
function wordsOf(error: APIError, facts: LlmErrorFacts): string {
  // The library puts the status before them.
  const words = clean(error.message.replace(/^\d{3} /, ''), facts)
  return /[.!?…]$/.test(words) ? words : `${words}.`
}

function clean(text: string, { apiKey }: LlmErrorFacts): string {
  const safe = apiKey === undefined ? text : text.replaceAll(apiKey, '[key]')
  const line = safe.replaceAll(/\s+/g, ' ').trim()
  return line.length > WORDS_MAX_LENGTH ? `${line.slice(0, WORDS_MAX_LENGTH)}…` : line
}
