import { z } from 'zod'

/** What the job answers with. */
export const agentResult = z.object({
  /** What the model said in its last round. The job's text is that, and what it said before. */
  answer: z.string(),
  rounds: z.int().min(1),
  /** Calls that were carried out, and those that the model was told are not possible. */
  toolCalls: z.int().min(0),
  /** Of all rounds together; null where the endpoint does not tell. */
  usage: z
    .object({ promptTokens: z.number(), completionTokens: z.number(), totalTokens: z.number() })
    .nullable(),
})

export type AgentResult = z.output<typeof agentResult>
