import type { Logger } from '@headway/event-log'
import type { OperationDescription, OperationRegistry } from '@headway/jobs'
import type { BrowserSource } from './browser/browser-source.ts'
import type { Availability, Operation } from './define-operation.ts'
import type { WorkerResources } from './worker-resources.ts'

export interface OperationRegistrationParts {
  registry: OperationRegistry
  operations: readonly Operation[]
  browsers: BrowserSource
  resources: WorkerResources
  logger: Logger
  /** @default 30_000 */
  intervalMs?: number
}

/** Tells the deployment again and again what this worker runs, and what it can't run just now and why. */
export class OperationRegistration {
  readonly #parts: OperationRegistrationParts
  #timer: NodeJS.Timeout | undefined
  #registering: Promise<void> = Promise.resolve()

  constructor(parts: OperationRegistrationParts) {
    this.#parts = parts
  }

  /** Resolves when the operations are known; a failure is thrown here, and only logged in the repetitions. */
  async start(): Promise<void> {
    await this.#register()
    this.#timer = setInterval(() => {
      this.#registering = this.#register().catch((error: unknown) => {
        this.#parts.logger.warn(
          { err: error },
          'operations could not be registered; the next turn tries again',
        )
      })
    }, this.#parts.intervalMs ?? 30_000).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#registering
  }

  async #register(): Promise<void> {
    const { registry, operations } = this.#parts
    await registry.register(await Promise.all(operations.map((operation) => this.#describe(operation))))
  }

  async #describe(operation: Operation): Promise<OperationDescription> {
    const { type, description, inputSchema, timeoutMs, exclusive, priority, maxFailures } = operation
    const available = await this.#availability(operation)
    const unavailable = available === true ? {} : { unavailableReason: available.reason }
    return { type, description, inputSchema, timeoutMs, exclusive, priority, maxFailures, ...unavailable }
  }

  async #availability(operation: Operation): Promise<Availability> {
    if (operation.needsBrowser) {
      const browser = await this.#parts.browsers.availability()
      if (browser !== true) return browser
    }
    return operation.availability(this.#parts.resources)
  }
}
