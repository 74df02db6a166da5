import { z } from 'zod'

export interface SettingOptions {
  /** Completes "is not …": `a whole number from 1 to 10`. */
  expected: string
  example: string
  /** A secret's value is never repeated in a message. */
  isSecret?: boolean
}

/**
 * One environment variable: text in, a typed value out, and a message that says what is wrong, with which value, and
 * what to set. `parse` answers undefined for a value that will not do.
 */
export function setting<T>(parse: (text: string) => T | undefined, options: SettingOptions) {
  const { expected, example, isSecret = false } = options
  return z
    .string({ error: `is not set. It must be ${expected}. Set it like ${example}.` })
    .transform((text, context) => {
      const value = parse(text)
      if (value !== undefined) return value
      const found = isSecret ? 'has a value that is' : `is ${JSON.stringify(text)}, which is`
      context.addIssue({ code: 'custom', message: `${found} not ${expected}. Set it like ${example}.` })
      return z.NEVER
    })
}

export function wholeNumber(min: number, max: number, example: number) {
  const parse = (text: string) => (/^\d{1,15}$/.test(text) ? within(Number(text), min, max) : undefined)
  return setting(parse, { expected: `a whole number from ${min} to ${max}`, example: String(example) })
}

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined
}

export function flag() {
  const values = new Map([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ])
  return setting((text) => values.get(text.toLowerCase()), { expected: '1 or 0', example: '1' })
}

export function oneOf<const TValue extends string>(values: readonly TValue[], example: TValue) {
  const parse = (text: string) => values.find((value) => value === text)
  return setting(parse, { expected: `one of ${values.join(', ')}`, example })
}

export function listOf<const TValue extends string>(values: readonly TValue[], example: string) {
  const parse = (text: string) => {
    const found = splitList(text).map((entry) => values.find((value) => value === entry))
    return found.includes(undefined) || found.length === 0 ? undefined : (found as TValue[])
  }
  return setting(parse, { expected: `a comma-separated list of ${values.join(', ')}`, example })
}

/** A URL of one of the protocols. Its value counts as a secret, since it may hold a password. */
export function url(protocols: readonly string[], example: string) {
  const parse = (text: string) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)) ? text : undefined
  return setting(parse, {
    expected: `a URL that starts with ${protocols.map((p) => `${p}://`).join(' or ')}`,
    example,
    isSecret: true,
  })
}

export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
