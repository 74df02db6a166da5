/** One thing that is wrong with an input. */
export interface InputFault {
  /** Where, as a JSON Pointer in the form of a URI fragment: `#/viewport/width`. */
  pointer: string
  /** The end of a sentence that begins with it: `is required`. */
  detail: string
}

/** What ajv says of a value that is not what a JSON Schema wants. */
export interface SchemaError {
  instancePath: string
  keyword: string
  params: Readonly<Record<string, unknown>>
  message?: string | undefined
}

/** What is said in place of what ajv calls them, which programmers know. */
const FORMATS: Record<string, string> = {
  email: 'must be an e-mail address',
  uri: 'must be a whole address, like https://example.com',
  uuid: 'must be a UUID',
}
const PATTERNS: Record<string, string> = { '\\S': 'must not be empty' }

/** What is wrong with an input or an answer, in the words of the server: one of the errors of ajv, or of what tells them as ajv does. */
export function inputFault({
  instancePath,
  keyword,
  params,
  message = 'is not valid',
}: SchemaError): InputFault {
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
    case 'format':
      return { pointer: `#${instancePath}`, detail: FORMATS[String(params['format'])] ?? message }
    case 'minProperties':
      return {
        pointer: `#${instancePath}`,
        detail: `must have at least ${String(params['limit'])} of its fields`,
      }
    case 'pattern':
      return { pointer: `#${instancePath}`, detail: PATTERNS[String(params['pattern'])] ?? message }
    default:
      return { pointer: `#${instancePath}`, detail: message }
  }
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
