import type { Availability } from '../define-operation.ts'
import { FinalError } from '../errors.ts'
import type { WorkerResources } from '../worker-resources.ts'
import type { LlmClient } from './llm-client.ts'

const NO_LLM = 'No model is set. Set LLM_BASE_URL and LLM_MODEL of the workers.'

export function llmAvailability({ llm }: WorkerResources): Availability {
  return llm === undefined ? { reason: NO_LLM } : true
}

/** For a job that was created while there was one. */
export function requireLlm({ llm }: WorkerResources): LlmClient {
  if (llm !== undefined) return llm
  throw new FinalError(NO_LLM, { code: 'unsupported_operation' })
}
