import { APIError } from 'openai'
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions'

/** What compatible endpoints do not agree on. */
export interface Dialect {
  /** How the limit of an answer is called: newer models of OpenAI know the long name alone, most others the short one. */
  readonly limitName: 'max_tokens' | 'max_completion_tokens'
  /** The endpoint may be asked to tell what the answer has cost. */
  readonly takesStreamOptions: boolean
}

export const USUAL_DIALECT: Dialect = { limitName: 'max_tokens', takesStreamOptions: true }

export interface ChatRequest {
  messages: ChatCompletionMessageParam[]
  tools: ChatCompletionTool[]
  /** The model may call tools; else it has to answer with what it knows. */
  mayCall: boolean
}

/** The request as the endpoint is sent it. */
export function toChatParams(
  { messages, tools, mayCall }: ChatRequest,
  { model, maxTokens, dialect }: { model: string; maxTokens: number; dialect: Dialect },
): ChatCompletionCreateParamsStreaming {
  return {
    model,
    messages,
    tools,
    tool_choice: mayCall ? 'auto' : 'none',
    stream: true,
    [dialect.limitName]: maxTokens,
    ...(dialect.takesStreamOptions && { stream_options: { include_usage: true } }),
  }
}

/** The dialect of an endpoint that has refused a request in this one; undefined where that is not what it minds. */
export function otherDialect(dialect: Dialect, error: unknown): Dialect | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined
  const minds = `${error.param ?? ''} ${error.message}`
  if (dialect.limitName === 'max_tokens' && minds.includes('max_completion_tokens')) {
    return { ...dialect, limitName: 'max_completion_tokens' }
  }
  if (dialect.takesStreamOptions && minds.includes('stream_options')) {
    return { ...dialect, takesStreamOptions: false }
  }
  return undefined
}
