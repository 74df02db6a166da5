import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { signToken } from '@headway/test-kit'
import { eventName } from '../../../packages/react/test/job-page/event-name.ts'

/** A client without a page, on a connection that nothing happens to: it knows what a page should have seen of a job. */
export class JobWitness {
  readonly #client: HeadwayClient
  readonly #jobId: string
  /** Types of the durable messages, with their version or place, of the job's channel, in their order. */
  readonly events: string[] = []
  /** Those that began to run. */
  readonly attempts: number[] = []
  /** SHA-256 of the job's text as the worker wrote it; undefined before its end. */
  textSha256: string | undefined

  constructor(url: string, userId: string, jobId: string) {
    this.#jobId = jobId
    this.#client = createClient({ url, getToken: () => signToken({ userId }), cursors: memoryCursorStore() })
    this.#client.subscribe(jobId, (message) => {
      if (message.seq === undefined) return
      const { type, payload } = message
      this.events.push(eventName(message))
      if (type === 'JOB_RUNNING') this.attempts.push(payload.attempt)
      if (type === 'JOB_COMPLETED') this.textSha256 = payload.textSha256
    })
    this.#client.connect()
  }

  /** Answers what a rehearsal asks. */
  async answer(): Promise<void> {
    const ack = await this.#client.send('answer:job', this.#jobId, 'go-on', { pace: 'quick' })
    if (!ack.ok) throw new Error(`The answer was refused: ${ack.error.message}`)
  }

  close(): void {
    this.#client.destroy()
  }
}
