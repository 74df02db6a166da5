import { FinalError } from '../errors.ts'
import type { AgentResult } from './agent-result.ts'
import type { Usage } from './round-reader.ts'

/** What the rounds of a job have cost, as far as the endpoint tells. */
export class TokenBudget {
  readonly #maxTokens: number
  #usage: Usage | null = null

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens
  }

  add(usage: Usage | null): void {
    if (usage === null) return
    const { promptTokens = 0, completionTokens = 0 } = this.#usage ?? {}
    this.#usage = {
      promptTokens: promptTokens + usage.promptTokens,
      completionTokens: completionTokens + usage.completionTokens,
    }
  }

  get usage(): AgentResult['usage'] {
    return this.#usage && { ...this.#usage, totalTokens: this.#total }
  }

  /** @throws FinalError where nothing is left for another round */
  check(): void {
    if (this.#total < this.#maxTokens) return
    throw new FinalError(
      `The model has used ${this.#total} tokens, and a job may use ${this.#maxTokens} (LLM_MAX_JOB_TOKENS). Ask a narrower question.`,
      { code: 'llm_no_answer' },
    )
  }

  get #total(): number {
    return this.#usage === null ? 0 : this.#usage.promptTokens + this.#usage.completionTokens
  }
}
