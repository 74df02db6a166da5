import type { Logger } from '@headway/event-log'
import OpenAI from 'openai'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { otherDialect, toChatParams, USUAL_DIALECT, type ChatRequest } from './chat-request.ts'
import type { LlmSettings } from './llm-settings.ts'
import { RequestWatch } from './request-watch.ts'
import { RoundReader, type ModelRound } from './round-reader.ts'
import { toLlmError } from './to-llm-error.ts'
import { watchedFetch } from './watched-fetch.ts'

/** Longest timer that Node has, in milliseconds. */
const TIMER_MAX_MS = 2 ** 31 - 1

export interface AskModelOptions {
  signal: AbortSignal
  logger: Logger
  /** Is handed the text as it comes, and waited for. */
  onText: (text: string) => Promise<void>
}

/**
 * Asks the model of an OpenAI-compatible endpoint. Each request is sent once: text that was shown can't be taken back here, so trying
 * again is left to the job, which can. What the endpoint does not understand is known from then on.
 */
export class LlmClient {
  readonly #settings: Required<LlmSettings>
  #dialect = USUAL_DIALECT

  constructor(settings: LlmSettings) {
    const {
      apiKey,
      timeoutMs = 120_000,
      silenceMs = 60_000,
      maxTokens = 4096,
      maxJobTokens = 200_000,
    } = settings
    this.#settings = { ...settings, apiKey, timeoutMs, silenceMs, maxTokens, maxJobTokens }
  }

  get model(): string {
    return this.#settings.model
  }

  /** Tokens that the rounds of one job may cost together. */
  get maxJobTokens(): number {
    return this.#settings.maxJobTokens
  }

  /**
   * One round: what the model says to a conversation.
   *
   * @throws FinalError, RetryableError; the reason of the signal, when that is aborted
   */
  async ask(request: ChatRequest, options: AskModelOptions): Promise<ModelRound> {
    const { model, apiKey, timeoutMs, silenceMs } = this.#settings
    const watch = new RequestWatch({ timeoutMs, silenceMs, signal: options.signal })
    try {
      return await this.#read(await this.#open(request, watch, options), options)
    } catch (error) {
      // A request that was ended says that it was, and the signal why.
      watch.signal.throwIfAborted()
      throw toLlmError(error, { model, apiKey, now: Date.now() })
    } finally {
      watch.stop()
    }
  }

  /** An endpoint that minds a word is asked again in other words, at once: it has answered nothing yet. */
  async #open(request: ChatRequest, watch: RequestWatch, { logger }: AskModelOptions) {
    const { model, maxTokens } = this.#settings
    const client = this.#connect(watch)
    for (;;) {
      const dialect = this.#dialect
      const params = toChatParams(request, { model, maxTokens, dialect })
      try {
        return await client.chat.completions.create(params, { signal: watch.signal })
      } catch (error) {
        const other = otherDialect(dialect, error)
        if (!other) throw error
        logger.debug({ dialect: other }, 'the model is asked in another dialect')
        this.#dialect = other
      }
    }
  }

  async #read(chunks: AsyncIterable<ChatCompletionChunk>, { onText }: AskModelOptions): Promise<ModelRound> {
    const reader = new RoundReader(this.#settings)
    for await (const chunk of chunks) {
      const text = reader.take(chunk)
      if (text !== '') await onText(text)
    }
    return reader.finish()
  }

  /** Nothing is read from the environment but our own settings, and nothing is logged. */
  #connect(watch: RequestWatch): OpenAI {
    const { baseUrl, apiKey } = this.#settings
    return new OpenAI({
      baseURL: baseUrl,
      apiKey: apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      ...(apiKey === undefined && { defaultHeaders: { Authorization: null } }),
      maxRetries: 0,
      // The watch has the time.
      timeout: TIMER_MAX_MS,
      logLevel: 'off',
      fetch: watchedFetch(watch),
    })
  }
}
