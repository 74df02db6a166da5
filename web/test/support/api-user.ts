import { randomUUID } from 'node:crypto'
import type { JobView } from '@headway/events'
import { signToken, waitFor } from '@headway/test-kit'

/** A user without a browser: what another program of the same user's would ask for. */
export class ApiUser {
  readonly userId: string
  readonly #url: string

  constructor(url: string, userId: string) {
    this.#url = url
    this.userId = userId
  }

  /** Starts a job; answers with its id. */
  async start(type: string, input: Readonly<Record<string, unknown>>): Promise<string> {
    const { jobId } = await this.#call<{ jobId: string }>('/api/jobs', {
      method: 'POST',
      body: JSON.stringify({ ...input, type }),
    })
    return jobId
  }

  /** Stores orders as another program of the user's does, with ids of their own where they bring none. */
  async storeOrders(orders: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const body = JSON.stringify({ orders: orders.map((order) => ({ id: randomUUID(), ...order })) })
    await this.#call('/api/pending-orders', { method: 'POST', body })
  }

  job(jobId: string): Promise<JobView> {
    return this.#call<JobView>(`/api/jobs/${jobId}`)
  }

  async waitForJob(jobId: string, condition: (job: JobView) => boolean): Promise<JobView> {
    return waitFor(
      async () => {
        const job = await this.job(jobId)
        return condition(job) ? job : undefined
      },
      { timeoutMs: 60_000 },
    )
  }

  async #call<TAnswer>(path: string, init: RequestInit = {}): Promise<TAnswer> {
    const headers = {
      authorization: `Bearer ${await signToken({ userId: this.userId })}`,
      'content-type': 'application/json',
    }
    const response = await fetch(this.#url + path, { ...init, headers })
    if (!response.ok) throw new Error(`${path} was answered with ${response.status} ${await response.text()}`)
    return (await response.json()) as TAnswer
  }
}
