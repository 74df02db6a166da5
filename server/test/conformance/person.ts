import type { JobView } from '@headway/events'
import { uniqueUserId, waitFor } from '@headway/test-kit'
import { callUrl, type Answer } from '../http-fixture.ts'
import { openReadyClient, type TestClient } from '../realtime-fixture.ts'
import { PATIENT, type Stage } from './stage.ts'

/** A stock socket and the REST calls of one user. */
export class Person {
  readonly userId = uniqueUserId()
  readonly stage: Stage
  /** All that the user's socket was sent. */
  socket!: TestClient

  constructor(stage: Stage) {
    this.stage = stage
  }

  async connect(auth: Record<string, unknown> = {}): Promise<void> {
    this.socket = await openReadyClient(this.stage.url, {
      auth: { token: await this.stage.token(this.userId), ...auth },
    })
  }

  async call(request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const token = await this.stage.token(this.userId)
    return callUrl(this.stage.url, request, { token, headers, ...(body !== undefined && { body }) })
  }

  /** Starts a job and waits until it is queued, as its user hears it. */
  async start(input: object = {}): Promise<string> {
    const { json } = await this.call('POST /api/jobs', { type: 'scripted', ...input })
    const { jobId } = json as { jobId: string }
    await waitFor(async () => (await this.view(jobId)).state === 'queued', PATIENT)
    return jobId
  }

  async view(jobId: string): Promise<JobView> {
    return (await this.call(`GET /api/jobs/${jobId}`)).json as JobView
  }

  /** Waits until the user has heard of a type so many times, in his own channel. */
  async hears(type: string, count = 1): Promise<void> {
    const isHeard = (): boolean =>
      this.socket.events.filter((message) => message.type === type && message.channel.startsWith('user:'))
        .length >= count
    await waitFor(isHeard, PATIENT)
  }

  /** Resolves when all that was published is here, in each channel that the socket follows. */
  async settle(): Promise<void> {
    await this.socket.request('sync')
  }
}
