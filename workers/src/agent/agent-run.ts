import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'
import { agentResult, type AgentResult } from './agent-result.ts'
import { withIds } from './call-ids.ts'
import { callTool, faultOutcome, type ToolOutcome } from './call-tool.ts'
import type { ChatRequest } from './chat-request.ts'
import { Conversation } from './conversation.ts'
import { requireLlm } from './llm-availability.ts'
import type { LlmClient } from './llm-client.ts'
import { ORDER_TOOLS } from './order-tools.ts'
import type { ModelRound, ToolCall } from './round-reader.ts'
import { TokenBudget } from './token-budget.ts'

/** Rounds of a job; in the last one the model has to answer. */
export const MAX_ROUNDS = 8
/** Calls of a round that are carried out; the model is told of the others. */
export const MAX_CALLS_PER_ROUND = 8
/** Rounds in a row with nothing but calls that can't be carried out. */
const MAX_FAULTY_ROUNDS = 3

const TOOLS: ChatRequest['tools'] = ORDER_TOOLS.map(({ name, description, parameters }) => ({
  type: 'function',
  function: { name, description, parameters },
}))

const TOO_MANY = faultOutcome(
  `At most ${MAX_CALLS_PER_ROUND} calls at once are carried out; this one was not. Call it again, if you still need it.`,
)

/**
 * One question to the model, over as many rounds as it needs:
 *
 *     round-1 ──▶ round-1-call-1-search_orders ──▶ round-2 ──▶ … ──▶ round-n, the answer ──▶ transcript
 *
 * Every round and every call is a step: a later attempt builds the same conversation from what is completed, and asks for no
 * more than what is missing. The next attempt takes back the text of a round that broke off, and asks it anew.
 */
export class AgentRun {
  readonly #ctx: OperationContext<{ query: string }>
  readonly #llm: LlmClient
  readonly #conversation: Conversation
  readonly #tokens: TokenBudget
  #rounds = 0
  #toolCalls = 0
  #faultyRounds = 0
  #hasText = false

  constructor(ctx: OperationContext<{ query: string }>) {
    this.#ctx = ctx
    this.#llm = requireLlm(ctx.resources)
    this.#tokens = new TokenBudget(this.#llm.maxJobTokens)
    this.#conversation = new Conversation(ctx.input.query, new Date())
  }

  async run(): Promise<AgentResult> {
    while (this.#rounds < MAX_ROUNDS) {
      const round = await this.#ask()
      if (round.toolCalls.length === 0) return this.#finish(round)
      await this.#look(round.toolCalls)
    }
    throw new FinalError(
      `The model has not answered within ${MAX_ROUNDS} rounds and ${this.#toolCalls} looks at the orders. Ask a narrower question.`,
      { code: 'llm_no_answer' },
    )
  }

  async #ask(): Promise<ModelRound> {
    this.#rounds += 1
    const number = this.#rounds
    const label = number === 1 ? 'Asking the model' : `Asking the model, round ${number}`
    await this.#ctx.progress(5 + (85 * (number - 1)) / MAX_ROUNDS, label)
    const round = await this.#ctx.step(`round-${number}`, () => this.#stream(number))
    this.#tokens.add(round.usage)
    this.#hasText ||= round.text !== ''
    this.#conversation.addRound(round)
    return round
  }

  async #stream(number: number): Promise<ModelRound> {
    const { signal, logger } = this.#ctx
    this.#tokens.check()
    let isFirst = true
    const onText = async (text: string): Promise<void> => {
      await this.#ctx.chunk(isFirst && this.#hasText ? `\n\n${text}` : text)
      isFirst = false
    }
    const request = { messages: this.#conversation.messages, tools: TOOLS, mayCall: number < MAX_ROUNDS }
    const round = await this.#llm.ask(request, { signal, logger, onText })
    return { ...round, toolCalls: withIds(round.toolCalls, number) }
  }

  async #look(calls: readonly ToolCall[]): Promise<void> {
    const outcomes: ToolOutcome[] = []
    for (const [index, call] of calls.entries()) {
      const outcome = index < MAX_CALLS_PER_ROUND ? await this.#call(call, index + 1) : TOO_MANY
      this.#conversation.addOutcome(call, outcome)
      outcomes.push(outcome)
    }
    this.#checkFaults(outcomes)
  }

  async #call(call: ToolCall, place: number): Promise<ToolOutcome> {
    this.#toolCalls += 1
    const { userId, resources } = this.#ctx
    const tool = ORDER_TOOLS.find(({ name }) => name === call.name)?.name ?? 'unknown'
    await this.#ctx.progress(5 + (85 * (this.#rounds - 0.5)) / MAX_ROUNDS, `Looking at the orders: ${tool}`)
    return this.#ctx.step(`round-${this.#rounds}-call-${place}-${tool}`, () =>
      callTool(call, ORDER_TOOLS, { userId, orders: resources.orders }),
    )
  }

  #checkFaults(outcomes: readonly ToolOutcome[]): void {
    this.#faultyRounds = outcomes.every(({ isFault }) => isFault) ? this.#faultyRounds + 1 : 0
    if (this.#faultyRounds < MAX_FAULTY_ROUNDS) return
    const [last] = outcomes
    throw new FinalError(
      `The model does not get on with the tools, ${this.#faultyRounds} rounds in a row; the last time: ${last?.content}. Ask in other words, or set another LLM_MODEL.`,
      { code: 'llm_bad_tool_calls' },
    )
  }

  async #finish({ text }: ModelRound): Promise<AgentResult> {
    await this.#ctx.progress(95, 'Keeping the transcript')
    const { messages } = this.#conversation
    const transcript = JSON.stringify({ model: this.#llm.model, messages }, undefined, 2)
    await this.#ctx.step('transcript', async () => {
      await this.#ctx.artifact('transcript.json', transcript, 'application/json')
    })
    await this.#ctx.progress(100, 'Answered')
    const { usage } = this.#tokens
    return agentResult.parse({ answer: text, rounds: this.#rounds, toolCalls: this.#toolCalls, usage })
  }
}
