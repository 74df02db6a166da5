import type { Logger } from '@headway/event-log'
import type { ArtifactView } from '@headway/events'
import type { BrowserContext } from 'puppeteer'
import type { UrlGuard } from './pages/url-guard.ts'

/** What an operation is handed: its input, and everything it may do to its job. */
export interface OperationContext<TInput = Record<string, unknown>> {
  readonly jobId: string
  readonly userId: string
  /** How often the job has been claimed, this time included. */
  readonly attempt: number
  /** Validated, with the schema's defaults filled in. */
  readonly input: TInput
  /**
   * Aborted when the job is cancelled, times out, is lost to another worker or the worker stops. Pass it on to everything that
   * waits: an operation that ignores it loses its browser and its job all the same, a few seconds later.
   */
  readonly signal: AbortSignal
  /** Logs with the job's id and type. */
  readonly logger: Logger
  /** Decides which addresses may be opened on behalf of a user; browsers are held to it anyway. */
  readonly urls: UrlGuard

  /** Tells how far the job is: percent (0 to 100) and what it does. Every call is sent; never rejects. */
  progress(percent: number, label: string): Promise<void>

  /**
   * Appends to the job's text, live for everybody who watches. Wait for it where the text is long: it resolves when there is room
   * for more. Send text from within steps, so that a later attempt does not repeat it.
   */
  chunk(text: string): Promise<void>

  /**
   * Runs a part of the work once: when its result is committed, later attempts get the result and do not run it
   * again. A crash before that runs it again.
   *
   * @param name unique in the job, at most 200 characters
   * @param run its result must be JSON
   */
  step<T>(name: string, run: () => T | Promise<T>): Promise<T>

  /** Stores a file. One with the same name as an earlier one takes its place. */
  artifact(name: string, data: string | Uint8Array, contentType: string): Promise<ArtifactView>

  /** A browser context of this attempt's own, for operations defined with `browser: true`. */
  browser(): BrowserContext
}
