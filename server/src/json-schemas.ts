import { inputFault } from '@headway/events/input-faults'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' }
import type { FieldError } from './http/http-error.ts'

/** Enough to correct a form; a value of thousands of mistakes is not answered with thousands of lines. */
const MAX_FIELD_ERRORS = 20

/** Operations are few, but questions may be of any number: those that were not asked for longest are compiled again. */
const MAX_COMPILED = 200

/** Checks values against JSON Schemas that others have written. A schema is compiled once for as long as it is in use. */
export class JsonSchemas {
  readonly #compiled = new Map<string, ValidateFunction>()

  /**
   * What is wrong with the value and where, never the value itself; empty where nothing is. Defaults are set in the value.
   *
   * @throws where the schema can't be used
   */
  check(schema: Record<string, unknown>, value: unknown): FieldError[] {
    const validate = this.#compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).slice(0, MAX_FIELD_ERRORS).map((error) => inputFault(error))
  }

  #compile(schema: Record<string, unknown>): ValidateFunction {
    const text = JSON.stringify(schema)
    const validate = this.#compiled.get(text) ?? compile(schema)
    this.#compiled.delete(text)
    this.#compiled.set(text, validate)
    const [oldest] = this.#compiled.keys()
    if (this.#compiled.size > MAX_COMPILED && oldest !== undefined) this.#compiled.delete(oldest)
    return validate
  }
}

/** Patterns are Unicode by the standard; one that is none is taken as JavaScript takes it, from which it often comes. */
function compile(schema: Record<string, unknown>): ValidateFunction {
  try {
    return createAjv({ unicodeRegExp: true }).compile(schema)
  } catch {
    return createAjv({ unicodeRegExp: false }).compile(schema)
  }
}

/** One per schema, so that different schemas may bear the same `$id`. A format that it does not know checks nothing. */
function createAjv({ unicodeRegExp }: { unicodeRegExp: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    strict: false,
    logger: false,
    unicodeRegExp,
  })
  ajv.addMetaSchema(draft7)
  addFormats.default(ajv)
  // As browsers read it, and zod: an address may have letters of any alphabet.
  ajv.addFormat('uri', (text: string) => URL.canParse(text))
  return ajv
}
