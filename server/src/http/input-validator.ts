import type { Logger } from '@headway/event-log'
import type { OperationView } from '@headway/jobs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' }
import { HttpError, type FieldError } from './http-error.ts'

/** Enough to correct a form; a body of thousands of wrong entries is not answered with thousands of lines. */
const MAX_FIELD_ERRORS = 20

interface CompiledSchema {
  schemaText: string
  validate: ValidateFunction
}

/**
 * Checks inputs against the JSON Schema that the workers registered, and fills in its defaults. A schema is compiled
 * once, and again when workers of another version register another one.
 */
export class InputValidator {
  readonly #compiled = new Map<string, CompiledSchema>()
  readonly #logger: Logger

  constructor({ logger }: { logger: Logger }) {
    this.#logger = logger
  }

  /**
   * Defaults are set in `input` itself.
   *
   * @throws {HttpError} `bad_request` with what is wrong and where, never with the value
   */
  check(operation: OperationView, input: Record<string, unknown>): void {
    const validate = this.#compile(operation)
    if (validate(input)) return
    const errors = (validate.errors ?? []).slice(0, MAX_FIELD_ERRORS).map(toFieldError)
    throw new HttpError(
      'bad_request',
      `The input does not fit the operation ${operation.type}; see "errors".`,
      { errors },
    )
  }

  #compile({ type, inputSchema }: OperationView): ValidateFunction {
    const schemaText = JSON.stringify(inputSchema)
    const known = this.#compiled.get(type)
    if (known?.schemaText === schemaText) return known.validate
    try {
      const validate = createAjv().compile(inputSchema)
      this.#compiled.set(type, { schemaText, validate })
      return validate
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

/** One per schema, so that schemas of different operations may bear the same `$id`. */
function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false })
  ajv.addMetaSchema(draft7)
  addFormats.default(ajv)
  return ajv
}

function toFieldError({ instancePath, keyword, params, message = 'is not valid' }: ErrorObject): FieldError {
  const at = (key: unknown) => `#${instancePath}/${escapePointer(String(key))}`
  switch (keyword) {
    case 'required':
      return { pointer: at(params['missingProperty']), detail: 'is required' }
    case 'additionalProperties':
      return { pointer: at(params['additionalProperty']), detail: 'is not known' }
    case 'unevaluatedProperties':
      return { pointer: at(params['unevaluatedProperty']), detail: 'is not known' }
    case 'enum':
      return {
        pointer: `#${instancePath}`,
        detail: `must be one of ${JSON.stringify(params['allowedValues'])}`,
      }
    default:
      return { pointer: `#${instancePath}`, detail: message }
  }
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
