import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { LlmSettings } from '../../src/agent/llm-settings.ts'
import { LlmReply } from './llm-reply.ts'

/** The key is to be found nowhere but here. */
export const LLM_API_KEY = 'sk-test-7b21c0ffee'

/** A message of a conversation, as far as tests look at it. */
interface AskedMessage {
  role: string
  content: string | null
  tool_call_id?: string
  tool_calls?: { id: string; function: { name: string; arguments: string } }[]
}

/** What the endpoint is asked. */
export interface AskedRequest {
  model: string
  messages: AskedMessage[]
  tools: { function: { name: string } }[]
  tool_choice: string
  max_tokens?: number
  max_completion_tokens?: number
  stream_options?: unknown
}

type Answer = (reply: LlmReply, request: AskedRequest) => Promise<void> | void

/** An OpenAI-compatible endpoint on loopback that says what a test makes it say. */
export class LlmSite {
  readonly #server: Server
  /** Everything that was asked, in order. */
  readonly requests: AskedRequest[] = []
  readonly paths: string[] = []
  readonly keys: (string | undefined)[] = []
  /** Answers each request; those that are left open are cut with the site. */
  answer: Answer = (reply) => reply.say('Nothing.').stop()

  static async open(): Promise<LlmSite> {
    const site = new LlmSite()
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  get settings(): LlmSettings {
    return { baseUrl: this.baseUrl, model: 'small-model', apiKey: LLM_API_KEY }
  }

  /** One answer after another; what comes after the last is a mistake of the test. */
  script(...answers: Answer[]): void {
    const left = [...answers]
    this.answer = (reply, request) => {
      const next = left.shift()
      if (next) return next(reply, request)
      reply.refuse(400, 'The script has ended.')
    }
  }

  /** What the tools have answered in a request, read as JSON, in the order of the calls. */
  static outcomesIn({ messages }: AskedRequest): unknown[] {
    return messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(content ?? 'null'))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = (await json(request)) as AskedRequest
    this.requests.push(asked)
    this.paths.push(`${request.method} ${request.url}`)
    this.keys.push(request.headers.authorization)
    await this.answer(new LlmReply(response), asked)
  }
}
