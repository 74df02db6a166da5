import addFormats from 'ajv-formats'
import { inputFault } from '@headway/events/input-faults'
import { Ajv2020 } from 'ajv/dist/2020.js'
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' }
import type { FieldError } from './request-error.ts'

/** What is wrong with a value by a JSON Schema, as the server says it; empty where nothing is. Defaults are set in the value. */
export function checkSchema(schema: Readonly<Record<string, unknown>>, value: unknown): FieldError[] {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, logger: false })
  ajv.addMetaSchema(draft7)
  addFormats.default(ajv)
  ajv.addFormat('uri', (text: string) => URL.canParse(text))
  const validate = ajv.compile(schema)
  return validate(value) ? [] : (validate.errors ?? []).map((error) => inputFault(error))
}
