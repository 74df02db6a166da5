import { FinalError } from '../errors.ts'

/**
 * What a value is as JSON. Nothing at all is null.
 *
 * @param what names the value in the error
 * @throws FinalError where it is none: the same work can only bring the same again
 */
export function requireJson(what: string, value: unknown): string {
  try {
    // Of a function or a symbol it makes nothing, whatever its type says.
    const json: string | undefined = JSON.stringify(value ?? null)
    if (json !== undefined) return json
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FinalError(`${what} is not JSON: ${why}`, { cause: error })
  }
  throw new FinalError(`${what} is not JSON: it is a ${typeof value}.`)
}
