import type { ServerResponse } from 'node:http'

/** One answer of an OpenAI-compatible endpoint, as a test lets it be said. */
export class LlmReply {
  readonly #response: ServerResponse
  /** Resolves when whoever has asked is gone, or has everything. */
  readonly closed: Promise<unknown>

  constructor(response: ServerResponse) {
    this.#response = response
    this.closed = new Promise((resolve) => response.once('close', () => resolve(undefined)))
  }

  /** The asker has gone before the end. */
  get isAbandoned(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished
  }

  say(...parts: string[]): this {
    for (const content of parts) this.#delta({ content })
    return this
  }

  /** Calls a tool, its arguments in two parts. */
  call(name: string, given: unknown, place: { index?: number; id?: string } = {}): this {
    const { index = 0 } = place
    const { id = `call-${index}` } = place
    const text = typeof given === 'string' ? given : JSON.stringify(given)
    const middle = Math.floor(text.length / 2)
    this.#delta({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: text.slice(0, middle) } }],
    })
    return this.#delta({ tool_calls: [{ index, function: { arguments: text.slice(middle) } }] })
  }

  delta(delta: Record<string, unknown>): this {
    return this.#delta(delta)
  }

  comment(): this {
    return this.raw(': still there\n\n')
  }

  stop(reason: string = 'stop', usage?: { prompt: number; completion: number }): void {
    this.#chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
    if (usage) {
      const { prompt, completion } = usage
      const counted = {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
      }
      this.#chunk({ choices: [], usage: counted })
    }
    this.raw('data: [DONE]\n\n')
    this.#response.end()
  }

  /** As many bytes as there are, in whatever form. */
  raw(bytes: string, contentType: string = 'text/event-stream'): this {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': contentType })
    this.#response.write(bytes)
    return this
  }

  end(): void {
    this.#response.end()
  }

  /** The connection is gone, in the middle of whatever was said. */
  cut(): void {
    this.#response.destroy()
  }

  refuse(
    status: number,
    message: string,
    { headers = {}, ...error }: { headers?: Record<string, string>; code?: string; param?: string } = {},
  ): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers })
    this.#response.end(JSON.stringify({ error: { message, ...error } }))
  }

  #delta(delta: Record<string, unknown>): this {
    return this.#chunk({ choices: [{ index: 0, delta, finish_reason: null }] })
  }

  #chunk(chunk: Record<string, unknown>): this {
    return this.raw(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', ...chunk })}\n\n`)
  }
}
