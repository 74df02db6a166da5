import type { JobView } from '@headway/events'
import type { SessionStore } from '../sign-in/session-store.ts'
import { isTokenRefusal } from './api-error.ts'
import { httpCall, jsonCall, type CallOptions } from './http-call.ts'
import type { JsonSchema } from './json-schema.ts'
import { sendFile, type SendFileOptions } from './send-file.ts'

/** Longer names are cut at their beginning: what kind of file it is stands at the end. */
const UPLOAD_NAME_MAX_LENGTH = 200

/** A kind of work that this deployment runs. */
export interface Operation {
  type: string
  description: string
  inputSchema: JsonSchema
  available: boolean
  /** Why it can't be started now. */
  reason?: string | null
}

/** A file that a job can be given. */
export interface Upload {
  uploadId: string
  name: string
  size: number
}

/**
 * The REST calls of the console, as the signed-in user. A refused token is renewed once and the call repeated;
 * where it can't be renewed the session counts as expired, and the page asks to sign in again.
 */
export class HeadwayApi {
  readonly #session: SessionStore

  constructor(session: SessionStore) {
    this.#session = session
  }

  job(jobId: string, signal?: AbortSignal): Promise<JobView> {
    return this.json(jobPath(jobId), { signal })
  }

  /** A repeated call with the same key and input gives the first job again, so that a retry never starts two. */
  startJob(type: string, input: Record<string, unknown>, idempotencyKey: string): Promise<{ job: JobView }> {
    return this.json('/api/jobs', {
      method: 'POST',
      body: { ...input, type },
      headers: { 'idempotency-key': idempotencyKey },
    })
  }

  cancelJob(jobId: string): Promise<JobView> {
    return this.json(`${jobPath(jobId)}/cancel`, { method: 'PATCH' })
  }

  resumeJob(jobId: string): Promise<JobView> {
    return this.json(`${jobPath(jobId)}/resume`, { method: 'POST' })
  }

  async operations(signal?: AbortSignal): Promise<Operation[]> {
    const answer = await this.json<{ operations: Operation[] }>('/api/operations', { signal })
    return answer.operations
  }

  async artifact(jobId: string, artifactId: string, signal?: AbortSignal): Promise<Blob> {
    const path = `${jobPath(jobId)}/artifacts/${encodeURIComponent(artifactId)}`
    const response = await this.#call((options) => httpCall(path, options), { signal })
    return response.blob()
  }

  /** Largest file that {@link upload} takes, in bytes. */
  async uploadMaxBytes(signal?: AbortSignal): Promise<number> {
    const limits = await this.json<{ uploads: { maxBytes: number } }>('/api/limits', { signal })
    return limits.uploads.maxBytes
  }

  /** Sends a file for a job that is started next. */
  upload(file: File, options: Omit<SendFileOptions, 'token'>): Promise<Upload> {
    const name = file.name.slice(-UPLOAD_NAME_MAX_LENGTH)
    const path = `/api/uploads?${new URLSearchParams({ name })}`
    return this.#call(({ token = '' }) => sendFile<Upload>(path, file, { ...options, token }), {})
  }

  /** Any other call of the API that answers with JSON. */
  json<TAnswer>(path: string, options: CallOptions): Promise<TAnswer> {
    return this.#call((withToken) => jsonCall<TAnswer>(path, withToken), options)
  }

  /** Any other call whose answer says nothing but that it succeeded. */
  async send(path: string, options: CallOptions): Promise<void> {
    await this.#call((withToken) => httpCall(path, withToken), options)
  }

  async #call<TAnswer>(
    call: (options: CallOptions) => Promise<TAnswer>,
    options: CallOptions,
  ): Promise<TAnswer> {
    const token = await this.#session.token()
    try {
      return await call({ ...options, token })
    } catch (error) {
      if (!isTokenRefusal(error)) throw error
      return call({ ...options, token: await this.#session.renew(token, error) })
    }
  }
}

function jobPath(jobId: string): string {
  return `/api/jobs/${encodeURIComponent(jobId)}`
}
