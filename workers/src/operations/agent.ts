import { z } from 'zod'
import { AgentRun } from '../agent/agent-run.ts'
import { llmAvailability } from '../agent/llm-availability.ts'
import { defineOperation } from '../define-operation.ts'

/** Answers a question about the user's orders. */
export const agent = defineOperation({
  type: 'agent',
  description:
    'Answers a question about your orders: a language model looks up what it needs among them, and writes its answer as you watch.',
  input: z.object({
    query: z
      .string()
      .trim()
      .regex(/\S/, { error: 'must not be empty' })
      .max(8000)
      .meta({
        title: 'Question',
        description: 'What you want to know of your orders. The model reads them, and can change nothing.',
        format: 'multiline',
        examples: ['Which of my drafts are worth the most?'],
      }),
  }),
  // Each round has a limit of its own.
  timeoutMs: 30 * 60_000,
  // An endpoint that is busy may be so for a while.
  maxFailures: 5,
  isAvailable: llmAvailability,
  run: (ctx) => new AgentRun(ctx).run(),
})
