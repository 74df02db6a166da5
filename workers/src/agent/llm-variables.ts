import { z } from 'zod'
import { wholeNumber } from '../config-values.ts'
import type { LlmSettings } from './llm-settings.ts'

/** The environment variables about the model. */
export const llmVariables = {
  // Its value is never repeated in a message: it may hold a password.
  LLM_BASE_URL: z
    .string()
    .refine(isBaseUrl, {
      error:
        'is not an http or https address without user, password, query and fragment. Set it like https://api.openai.com/v1.',
    })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  LLM_MODEL: z.string().max(200).optional(),
  // Never repeated in a message, as it is a secret.
  LLM_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/, {
      error: 'is not a key of 1 to 4096 visible ASCII characters. Set it as the endpoint gave it to you.',
    })
    .optional(),
  LLM_TIMEOUT_MS: wholeNumber(1000, 1_200_000, 120_000),
  LLM_SILENCE_MS: wholeNumber(1000, 240_000, 60_000),
  LLM_MAX_TOKENS: wholeNumber(16, 32_768, 4096),
  LLM_MAX_JOB_TOKENS: wholeNumber(16, 100_000_000, 200_000),
}

/** The model, where one is set: an address and a name. */
export function toLlmSettings(values: z.output<z.ZodObject<typeof llmVariables>>): LlmSettings | undefined {
  const { LLM_BASE_URL: baseUrl, LLM_MODEL: model, LLM_API_KEY: apiKey } = values
  if (baseUrl === undefined || model === undefined) return undefined
  const { LLM_TIMEOUT_MS: timeoutMs, LLM_SILENCE_MS: silenceMs } = values
  const { LLM_MAX_TOKENS: maxTokens, LLM_MAX_JOB_TOKENS: maxJobTokens } = values
  return { baseUrl, model, apiKey, timeoutMs, silenceMs, maxTokens, maxJobTokens }
}

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  return url.username === '' && url.password === '' && !/[?#]/.test(text)
}
