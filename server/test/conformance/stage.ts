import type { OutgoingMessage, QuestionView, StepStatus } from '@headway/events'

/** For what a busy machine may take long for. */
export const PATIENT = { timeoutMs: 20_000 }

export const QUESTION = { name: 'colour', prompt: 'Which?', schema: { enum: ['red', 'blue'] } }

export function customerUpdated(customerId: string): OutgoingMessage {
  return { type: 'CUSTOMER_UPDATED', payload: { customerId } }
}

/** The operation that both servers run. */
export const SCRIPTED = {
  type: 'scripted',
  description: 'Does what a test says',
  inputSchema: {
    type: 'object',
    properties: { count: { type: 'integer', default: 3 }, label: { type: 'string' } },
    additionalProperties: false,
  },
} as const

/** A job in the hands of its worker. Each call resolves when what it tells is published. */
export interface ScriptedJob {
  start(): Promise<unknown>
  progress(percent: number, label: string): Promise<unknown>
  step(name: string, status: Exclude<StepStatus, 'started'>, error?: string): Promise<unknown>
  text(text: string): Promise<unknown>
  artifact(name: string, data: string, contentType: string): Promise<unknown>
  /** Leaves the job waiting; after the answer, {@link start} goes on. */
  ask(question: QuestionView): Promise<unknown>
  complete(result: unknown): Promise<unknown>
  fail(error: string, code: string): Promise<unknown>
  retry(): Promise<unknown>
  /** Ends a job as its user has asked, where its worker has to do that. */
  letGo(): Promise<unknown>
}

/** A server, real or fake, as a scenario uses it. */
export interface Stage {
  readonly url: string
  token(userId: string, expiresInSeconds?: number): Promise<string>
  /** The worker of a job that was started by a call. */
  job(jobId: string): ScriptedJob
  publish(userId: string, message: OutgoingMessage): Promise<unknown>
  /** Forgets all messages of these channels, as a flush of Redis does. */
  wipe(channels: readonly string[]): Promise<unknown>
  /** Cuts all connections, as a network does. */
  cut(): void
}
