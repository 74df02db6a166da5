import addFormats from 'ajv-formats'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' }
import type { FieldError } from './request-error.ts'

/** What is wrong with a value by a JSON Schema, as the server says it; empty where nothing is. Defaults are set in the value. */
export function checkSchema(schema: Readonly<Record<string, unknown>>, value: unknown): FieldError[] {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, logger: false })
  ajv.addMetaSchema(draft7)
  addFormats.default(ajv)
  ajv.addFormat('uri', (text: string) => URL.canParse(text))
  const validate = ajv.compile(schema)
  return validate(value) ? [] : (validate.errors ?? []).map(toFieldError)
}

/** What is said in place of what ajv calls them, which programmers know. */
const FORMATS: Record<string, string> = {
  email: 'must be an e-mail address',
  uri: 'must be a whole address, like https://example.com',
  uuid: 'must be a UUID',
}
const PATTERNS: Record<string, string> = { '\\S': 'must not be empty' }

function toFieldError({ instancePath, keyword, params, message = 'is not valid' }: ErrorObject): FieldError {
  const at = (key: unknown) => `#${instancePath}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
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
    case 'format':
      return { pointer: `#${instancePath}`, detail: FORMATS[String(params['format'])] ?? message }
    case 'minProperties':
      return { pointer: `#${instancePath}`, detail: `must have at least ${params['limit']} of its fields` }
    case 'pattern':
      return { pointer: `#${instancePath}`, detail: PATTERNS[String(params['pattern'])] ?? message }
    default:
      return { pointer: `#${instancePath}`, detail: message }
  }
}
