import type { JobView } from '@headway/events'

/** A user of a running Headway, over REST. */
export class RestUser {
  readonly #origin: string
  readonly #getToken: () => Promise<string>

  /** @param getToken asked before each call; {@link devToken} unless given */
  constructor(origin: string, getToken = () => devToken(origin)) {
    this.#origin = origin
    this.#getToken = getToken
  }

  /** Starts a job and answers its id; undefined where the server refuses it. */
  async start(input: { type: string } & Record<string, unknown>): Promise<string | undefined> {
    return (await this.#call('/api/jobs', { method: 'POST', body: JSON.stringify(input) })).jobId
  }

  /** What the server shows of a job; a problem, without a state, for one that it does not know. */
  view(jobId: string): Promise<Partial<JobView>> {
    return this.#call(`/api/jobs/${jobId}`)
  }

  async completedSteps(jobId: string): Promise<JobView['steps']> {
    const { steps = [] } = await this.view(jobId)
    return steps.filter(({ status }) => status === 'completed')
  }

  async #call(path: string, init?: RequestInit): Promise<Partial<JobView>> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await this.#getToken()}` }
    const response = await fetch(`${this.#origin}${path}`, { headers, ...init })
    return (await response.json()) as Partial<JobView>
  }
}

/** A token for a user, of a Headway that signs them itself. */
async function devToken(origin: string): Promise<string> {
  const response = await fetch(`${origin}/api/auth/dev-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"userId":"ada"}',
  })
  const { token } = (await response.json()) as { token: string }
  return token
}
