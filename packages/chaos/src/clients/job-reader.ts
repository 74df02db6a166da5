import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import type { ChaosClient } from './chaos-client.ts'

export interface JobReaderOptions {
  readonly name: string
  readonly userId: string
  readonly token: string
  readonly port: number
}

/**
 * The client core as a page uses it that shows jobs. What counts is what it shows: a part of the messages reaches it as
 * snapshots, and each of the others by one channel only, so it has no history.
 */
export class JobReader implements ChaosClient {
  readonly name: string
  readonly userId: string
  readonly channels: ReadonlySet<string> = new Set()
  readonly since = 0
  readonly #client: HeadwayClient

  constructor({ name, userId, token, port }: JobReaderOptions) {
    this.name = name
    this.userId = userId
    this.#client = createClient({
      url: `http://127.0.0.1:${port}`,
      token,
      cursors: memoryCursorStore(),
      backoff: { minMs: 50, maxMs: 400, jitter: 1 },
      connectTimeoutMs: 3_000,
      requestTimeoutMs: 3_000,
    })
  }

  get isReady(): boolean {
    return this.#client.connection.getSnapshot().freshness === 'live'
  }

  /** Follows a job until the reader is stopped; answers what it shows. */
  followJob(jobId: string): () => JobSnapshot {
    const store = jobStore(this.#client, jobId)
    store.subscribe(() => {})
    return store.getSnapshot
  }

  connect(): void {
    this.#client.connect()
  }

  disconnect(): void {
    this.#client.disconnect()
  }

  stop(): void {
    this.#client.destroy()
  }
}
