import type { Logger } from '@headway/event-log'
import { describeFaults, type OperationView } from '@headway/jobs'
import type { JsonSchemas } from '../json-schemas.ts'
import { HttpError, type FieldError } from './http-error.ts'

/** Checks inputs against the JSON Schema that the workers registered, and fills in its defaults. */
export class InputValidator {
  readonly #schemas: JsonSchemas
  readonly #logger: Logger

  constructor({ schemas, logger }: { schemas: JsonSchemas; logger: Logger }) {
    this.#schemas = schemas
    this.#logger = logger
  }

  /**
   * Defaults are set in `input` itself.
   *
   * @throws {HttpError} `bad_request` with what is wrong and where, never with the value
   */
  check(operation: OperationView, input: Record<string, unknown>): void {
    const errors = this.#errorsOf(operation, input)
    if (errors.length === 0) return
    throw new HttpError(
      'bad_request',
      `The input does not fit the operation ${operation.type}: ${describeFaults(errors)}.`,
      { errors },
    )
  }

  #errorsOf({ type, inputSchema }: OperationView, input: Record<string, unknown>): FieldError[] {
    try {
      return this.#schemas.check(inputSchema, input)
    } catch (error) {
      this.#logger.error(
        { err: error, operationType: type },
        'The input schema of an operation cannot be used',
      )
      throw new HttpError(
        'unavailable',
        `The operation ${type} is not available: its input schema cannot be used.`,
      )
    }
  }
}
