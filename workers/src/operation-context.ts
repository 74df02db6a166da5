import type { ArtifactView, OutgoingMessage, TransientEventType } from '@headway/events'
import type { ArtifactSource, AttemptTransaction, ReadableUpload } from '@headway/jobs'
import type { BrowserContext } from 'puppeteer'
import type { z } from 'zod'
import type { OperationLogger } from './operation-logger.ts'
import type { UrlGuard } from './pages/url-guard.ts'
import type { WorkerResources } from './worker-resources.ts'

export interface AskOptions {
  /**
   * The job fails when it has waited this long, in milliseconds; a resume asks again.
   *
   * @default 86_400_000, a day, unless the worker is told otherwise
   */
  expiresInMs?: number
}

/** What an operation is handed: its input, and everything it may do to its job. */
export interface OperationContext<TInput = Record<string, unknown>> {
  readonly jobId: string
  readonly userId: string
  /** How often the job has been claimed, this time included. */
  readonly attempt: number
  /** Validated, with the schema's defaults filled in. */
  readonly input: TInput
  /**
   * Aborted when the job is cancelled, times out, asks a question, is lost to another worker or the worker stops. Pass it on to everything that
   * waits: an operation that ignores it loses its browser and its job all the same, a few seconds later.
   */
  readonly signal: AbortSignal
  /** Logs with the job's id and type: `logger.info('begun')`, or with fields `logger.warn({ err: error }, 'a row was left out')`. */
  readonly logger: OperationLogger
  /** Decides which addresses may be opened on behalf of a user; browsers are held to it anyway. */
  readonly urls: UrlGuard
  readonly resources: WorkerResources

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
   * @param name unique in the job, at most 200 characters; the same name a second time is an error
   * @param run its result must be JSON of at most 1 MiB, and is handed on as JSON makes it: a Date is text, nothing is null
   */
  step<T>(name: string, run: () => T | Promise<T>): Promise<T>

  /**
   * Says how many steps the job will have in all, where that is known: pages show how many are left. To be said by every attempt, and again
   * where it changes.
   *
   * @throws FinalError for anything but a whole number from 1
   */
  expectSteps(total: number): void

  /**
   * Changes Postgres in one transaction that holds the job: an attempt that has lost it changes nothing. What goes into the outbox with it is
   * published after it. Every attempt that comes by does it again. Steps, artifacts and other transactions wait for the job too: called from
   * within one they would wait for themselves, and are refused with a FinalError.
   */
  transact<T>(change: (trx: AttemptTransaction) => Promise<T>): Promise<T>

  /** A {@link step} that is one transaction: what it changes and that it is done are committed together, so it happens once. */
  transactStep<T>(name: string, change: (trx: AttemptTransaction) => Promise<T>): Promise<T>

  /** Shows the job's owner something that is worth nothing a moment later, and is not kept. Never rejects. */
  tell<TType extends TransientEventType>(
    type: TType,
    payload: OutgoingMessage<TType>['payload'],
  ): Promise<void>

  /**
   * Stores a file, all at once or as a stream brings it, which is never held as a whole. One with the same name as an earlier one takes its place.
   *
   * @throws FinalError with the code `payload_too_large`, above the limits that `GET /api/limits` names; nothing is stored then
   */
  artifact(name: string, data: ArtifactSource, contentType: string): Promise<ArtifactView>

  /**
   * A file that the job's owner has uploaded. Mark the field of the input that names it with `.meta({ format: 'upload' })`: then a
   * job starts with an upload of its owner's alone, and keeps it for as long as the job is kept.
   *
   * @throws FinalError with the code `bad_request` where there is none
   */
  upload(uploadId: string): Promise<ReadableUpload>

  /**
   * Asks the job's owner, who may take as long as it takes: the job waits without a worker, a browser or a lock, and this
   * call never returns. After the answer the operation is called again; the steps that are completed do not run again, and this
   * call returns the answer, as every later one with this name. So keep nothing across it that must be given back (`finally` does not
   * run), and ask outside of steps and transactions. The timeout of the operation is that of each attempt: waiting does not count.
   *
   * @param name unique in the job, at most 128 characters
   * @param schema what a client may answer, as JSON Schema can say it; an answer that passes that and not the schema itself is asked for again
   * @param prompt what the owner reads; with the schema at most 48 KiB
   *
   * @example
   * const { colour } = await ctx.ask('colour', z.object({ colour: z.enum(['red', 'blue']) }), 'Which colour shall it be?')
   */
  ask<TSchema extends z.ZodType>(
    name: string,
    schema: TSchema,
    prompt: string,
    options?: AskOptions,
  ): Promise<z.output<TSchema>>

  /** A browser context of this attempt's own, for operations defined with `browser: true`. */
  browser(): BrowserContext
}
