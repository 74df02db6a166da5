import type { OutgoingMessage, TransientEventType } from '@headway/events'
import { ArtifactTooLargeError, type Attempt, type AttemptTransaction, type Uploads } from '@headway/jobs'
import type { BrowserContext } from 'puppeteer'
import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'
import type { OperationLogger } from '../operation-logger.ts'
import { untilAborted } from '../pages/until-aborted.ts'
import type { UrlGuard } from '../pages/url-guard.ts'
import type { WorkerResources } from '../worker-resources.ts'
import type { JobObserver } from './job-observer.ts'
import type { JobQuestions } from './job-questions.ts'
import { JobSteps } from './job-steps.ts'
import { OpenTransactions } from './open-transactions.ts'

const ARTIFACT_NAME_MAX_LENGTH = 200

/** What a header may hold, and a message. */
const CONTENT_TYPE = /^[\x20-\x7E]{1,200}$/

export interface JobContextParts {
  attempt: Attempt
  input: Record<string, unknown>
  signal: AbortSignal
  logger: OperationLogger
  urls: UrlGuard
  resources: WorkerResources
  uploads: Uploads
  browser: BrowserContext | undefined
  questions: JobQuestions
  observer: JobObserver | undefined
}

/** The {@link OperationContext} of one attempt. */
export class JobContext implements OperationContext {
  readonly input: Record<string, unknown>
  readonly signal: AbortSignal
  readonly logger: OperationLogger
  readonly urls: UrlGuard
  readonly resources: WorkerResources
  readonly #attempt: Attempt
  readonly #uploads: Uploads
  readonly #browser: BrowserContext | undefined
  readonly #questions: JobQuestions
  readonly #steps: JobSteps
  readonly #transactions = new OpenTransactions()

  constructor(parts: JobContextParts) {
    const { attempt, input, signal, logger, urls, resources, browser, questions, observer } = parts
    this.#attempt = attempt
    this.input = input
    this.signal = signal
    this.logger = logger
    this.urls = urls
    this.resources = resources
    this.#uploads = parts.uploads
    this.#browser = browser
    this.#questions = questions
    this.#steps = new JobSteps({ attempt, signal, logger, observer })
  }

  get jobId(): string {
    return this.#attempt.jobId
  }

  get userId(): string {
    return this.#attempt.userId
  }

  get attempt(): number {
    return this.#attempt.attempt
  }

  // Arrow functions, so that an operation can hand them on: `forEachPage(url, ctx.progress)`.
  readonly progress = (percent: number, label: string): Promise<void> =>
    this.#attempt.progress(percent, label)

  readonly chunk = (text: string): Promise<void> => this.#attempt.chunk(text)

  readonly artifact: OperationContext['artifact'] = async (name, data, contentType) => {
    this.signal.throwIfAborted()
    if (!CONTENT_TYPE.test(contentType)) {
      throw new FinalError(
        `The content type of the artifact ${JSON.stringify(name)} is ${JSON.stringify(contentType)?.slice(0, 100)}; set one like image/png, of at most 200 characters of ASCII.`,
      )
    }
    this.#transactions.refuseWithin(`The artifact ${name}`)
    const { signal } = this
    const stored = this.#attempt.artifact(toFileName(name), data, contentType, { signal })
    return untilAborted(signal, stored).catch((error: unknown) => {
      if (!(error instanceof ArtifactTooLargeError)) throw error
      throw new FinalError(error.message, { code: error.code, cause: error })
    })
  }

  readonly expectSteps = (total: number): void => {
    if (!Number.isSafeInteger(total) || total < 1)
      throw new FinalError(`A job can't have ${total} steps; expect a whole number of them, from 1.`)
    this.#attempt.expectSteps(total)
  }

  readonly upload: OperationContext['upload'] = async (uploadId) => {
    this.signal.throwIfAborted()
    const upload = await this.#uploads.find(this.userId, uploadId)
    if (upload) return upload
    throw new FinalError(`There is no upload ${uploadId}: it may have expired. Upload the file again.`, {
      code: 'bad_request',
    })
  }

  readonly browser = (): BrowserContext => {
    if (this.#browser) return this.#browser
    throw new FinalError(
      `${this.#attempt.operationType} asks for a browser that it has not ordered. Define it with \`browser: true\`.`,
    )
  }

  readonly ask: OperationContext['ask'] = async (name, schema, prompt, options = {}) => {
    this.signal.throwIfAborted()
    if (this.#steps.open.length > 0) {
      throw new FinalError(
        `The question ${name} is asked while the step ${this.#steps.open.join(', ')} runs, which would run again after the answer. Ask before or after it.`,
      )
    }
    if (this.#transactions.isAnyOpen) {
      throw new FinalError(
        `The question ${name} is asked within a transaction, which would hold the job until it is broken off. Ask before or after it.`,
      )
    }
    return this.#questions.ask({ name, schema, prompt, ...options })
  }

  readonly transact = async <T>(change: (trx: AttemptTransaction) => Promise<T>): Promise<T> => {
    this.signal.throwIfAborted()
    this.#transactions.refuseWithin('A transaction')
    return this.#transactions.run(() => this.#attempt.transact(change))
  }

  readonly transactStep = async <T>(
    name: string,
    change: (trx: AttemptTransaction) => Promise<T>,
  ): Promise<T> => {
    this.#transactions.refuseWithin(`The step ${name}`)
    return this.#transactions.run(() => this.#steps.commit(name, change))
  }

  readonly tell = async <TType extends TransientEventType>(
    type: TType,
    payload: OutgoingMessage<TType>['payload'],
  ): Promise<void> => {
    if (this.signal.aborted) return
    const message = { type, payload } as OutgoingMessage<TransientEventType>
    await this.#attempt.tell(message).catch((error: unknown) => {
      this.logger.debug({ err: error, type }, 'a transient message could not be sent')
    })
  }

  readonly step = async <T>(name: string, run: () => T | Promise<T>): Promise<T> => {
    this.#transactions.refuseWithin(`The step ${name}`)
    return this.#steps.run(name, run)
  }
}

/** A name that is safe to offer for a download: no folders, no control characters. */
function toFileName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  const safe = name.replaceAll(/[\\/:*?"<>|\u0000-\u001F\u007F\u202A-\u202E\u2066-\u2069]/g, '-')
  return safe.slice(0, ARTIFACT_NAME_MAX_LENGTH) || 'artifact'
}
