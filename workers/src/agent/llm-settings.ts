/** The model that `agent` asks, and how far it may go. Holds a secret: never log it. */
export interface LlmSettings {
  /** Of an OpenAI-compatible API, up to and without `/chat/completions`: `https://api.openai.com/v1`. */
  baseUrl: string
  model: string
  /** Sent as a bearer token, where there is one; many endpoints of one's own ask for none. */
  apiKey?: string | undefined
  /** Longest time for one round, from the request to the last byte of the answer, in milliseconds. @default 120_000 */
  timeoutMs?: number
  /** Longest time without a byte from the endpoint, in milliseconds. Models that think before they speak need more. @default 60_000 */
  silenceMs?: number
  /** Tokens that the model may answer with in one round. @default 4_096 */
  maxTokens?: number
  /** Tokens that the rounds of one job may cost together, as far as the endpoint tells; no further round is asked then. @default 200_000 */
  maxJobTokens?: number
}
