import { z } from 'zod'
import { FinalError, RetryableError } from '../errors.ts'

/** Largest text of one round, in bytes. */
export const ANSWER_MAX_BYTES = 131_072
/** Calls that are read of one round; fewer are carried out. */
const CALLS_MAX = 32
const ARGUMENTS_MAX_BYTES = 16_384
const NAME_MAX_LENGTH = 200

const callPart = z.object({
  index: z.int().min(0).nullish(),
  id: z.string().max(NAME_MAX_LENGTH).nullish(),
  function: z
    .object({ name: z.string().max(NAME_MAX_LENGTH).nullish(), arguments: z.string().nullish() })
    .nullish(),
})

/** As much of a chunk as is read; endpoints add what they like. */
const chunkShape = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(callPart).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
})

/** A tool that the model wants to be called. */
export interface ToolCall {
  id: string
  name: string
  /** JSON, if the model has written it well. */
  arguments: string
}

export interface Usage {
  promptTokens: number
  completionTokens: number
}

/** What the model has said in one round. Without calls, the text is its answer. */
export interface ModelRound {
  text: string
  toolCalls: ToolCall[]
  /** Null where the endpoint does not tell. */
  usage: Usage | null
}

/** Puts the chunks of a stream together, and finds out whether they are all of it. */
export class RoundReader {
  readonly #maxTokens: number
  readonly #calls: (ToolCall & { index: number })[] = []
  #text = ''
  #bytes = 0
  #refusal = ''
  #finishReason: string | undefined
  #usage: Usage | null = null

  constructor({ maxTokens }: { maxTokens: number }) {
    this.#maxTokens = maxTokens
  }

  /** Reads a chunk, and returns the text in it. */
  take(chunk: unknown): string {
    const parsed = chunkShape.safeParse(chunk)
    if (!parsed.success) throw badAnswer('has sent a chunk that is none of a chat completion')
    const { choices, usage } = parsed.data
    if (usage) this.#usage = { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
    const choice = choices?.[0]
    if (!choice) return ''
    this.#finishReason = choice.finish_reason ?? this.#finishReason
    this.#refusal += choice.delta?.refusal ?? ''
    for (const part of choice.delta?.tool_calls ?? []) this.#takeCall(part)
    return this.#takeText(choice.delta?.content ?? '')
  }

  /** What the model has said, once its stream has ended. */
  finish(): ModelRound {
    const toolCalls = this.#calls.map(({ index: _index, ...call }) => call)
    this.#check()
    return { text: this.#text, toolCalls, usage: this.#usage }
  }

  #check(): void {
    if (this.#refusal !== '' || this.#finishReason === 'content_filter') {
      const words = this.#refusal === '' ? 'its filter has stopped the answer' : this.#refusal.slice(0, 400)
      throw new FinalError(`The model refuses to answer: ${words}. Ask something else.`, {
        code: 'llm_refused',
      })
    }
    if (this.#finishReason === 'length') {
      throw tooLong(
        `was cut at ${this.#maxTokens} tokens (LLM_MAX_TOKENS), or where the model can hold no more`,
      )
    }
    if (this.#finishReason === undefined) {
      throw new RetryableError("The model's endpoint broke off in the middle of the answer.", {
        code: 'llm_unavailable',
      })
    }
    if (this.#text.trim() === '' && this.#calls.length === 0) throw badAnswer('has answered with nothing')
  }

  #takeText(text: string): string {
    this.#text += text
    this.#bytes += Buffer.byteLength(text)
    if (this.#bytes > ANSWER_MAX_BYTES) throw tooLong(`has more than ${ANSWER_MAX_BYTES} bytes`)
    return text
  }

  /** Parts of a call have its index. Some endpoints give the same one to all, and a new id to each call. */
  #takeCall({ index, id, function: said }: z.output<typeof callPart>): void {
    const place = index ?? Math.max(0, this.#calls.length - 1)
    let call = this.#calls.findLast((other) => other.index === place)
    if (!call || (id && call.id !== '' && id !== call.id)) {
      if (this.#calls.length === CALLS_MAX) throw badAnswer(`has called more than ${CALLS_MAX} tools at once`)
      call = { index: place, id: '', name: '', arguments: '' }
      this.#calls.push(call)
    }
    call.id ||= id ?? ''
    call.name ||= said?.name ?? ''
    call.arguments += said?.arguments ?? ''
    if (Buffer.byteLength(call.arguments) > ARGUMENTS_MAX_BYTES) {
      throw badAnswer(`has called a tool with more than ${ARGUMENTS_MAX_BYTES} bytes`)
    }
  }
}

function badAnswer(what: string): RetryableError {
  return new RetryableError(`The model ${what}.`, { code: 'llm_bad_answer' })
}

function tooLong(what: string): FinalError {
  return new FinalError(`The answer ${what}. Ask for less.`, { code: 'llm_answer_too_long' })
}
