import { RetryableError } from '../errors.ts'

/** Largest answer to one request, in bytes as they come: with its wrapping, a token takes some 300 of them. */
const RESPONSE_MAX_BYTES = 16 * 1_048_576

export interface RequestWatchOptions {
  timeoutMs: number
  silenceMs: number
  /** Aborted when the job is to stop. */
  signal: AbortSignal
}

/** Ends a request that takes too long, falls silent or sends too much, and one whose job is to stop. */
export class RequestWatch {
  readonly #own = new AbortController()
  readonly #signal: AbortSignal
  readonly #deadline: NodeJS.Timeout
  readonly #silence: NodeJS.Timeout
  #bytes = 0

  constructor({ timeoutMs, silenceMs, signal }: RequestWatchOptions) {
    this.#signal = AbortSignal.any([signal, this.#own.signal])
    this.#deadline = setTimeout(() => {
      this.#endWith('llm_timeout', `The model was not done after ${timeoutMs} ms (LLM_TIMEOUT_MS).`)
    }, timeoutMs)
    this.#silence = setTimeout(() => {
      this.#endWith('llm_timeout', `The model's endpoint was silent for ${silenceMs} ms (LLM_SILENCE_MS).`)
    }, silenceMs)
  }

  /** Its reason says why the request has ended. */
  get signal(): AbortSignal {
    return this.#signal
  }

  /** Tells that the endpoint has sent something, be it only that it is still there. */
  hear(bytes: number): void {
    this.#silence.refresh()
    this.#bytes += bytes
    if (this.#bytes <= RESPONSE_MAX_BYTES) return
    this.#endWith('llm_bad_answer', `The model's endpoint has sent more than ${RESPONSE_MAX_BYTES} bytes.`)
  }

  stop(): void {
    clearTimeout(this.#deadline)
    clearTimeout(this.#silence)
  }

  /** Ends the request for a reason of its own. The first one stands. */
  end(reason: Error): void {
    if (!this.#signal.aborted) this.#own.abort(reason)
  }

  #endWith(code: string, what: string): void {
    this.end(new RetryableError(what, { code }))
  }
}
