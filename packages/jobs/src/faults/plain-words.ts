import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/**
 * What zod is to say where a schema has no words of its own, as the end of a sentence that begins with a field: never the value, and
 * nothing of how it was found. Hand it to `safeParse`.
 */
export const PLAIN_WORDS = { error: describe }

const KINDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  tuple: 'a list',
}

const FORMATS: Record<string, string> = {
  date: 'a date, like 2026-01-31',
  datetime: 'a date and time, like 2026-01-31T12:00:00Z',
  email: 'an e-mail address',
  time: 'a time, like 12:00:00',
  url: 'a whole address, like https://example.com',
  uuid: 'a UUID',
}

function describe(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${KINDS[issue.expected] ?? issue.expected}`
    case 'invalid_value': {
      const values = issue.values.map((value) => (typeof value === 'string' ? JSON.stringify(value) : value))
      return `must be ${values.length === 1 ? '' : 'one of '}${values.map(String).join(', ')}`
    }
    case 'too_small':
      return `must ${bound('at least', issue.minimum, issue)}`
    case 'too_big':
      return `must ${bound('at most', issue.maximum, issue)}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return formatOf(issue)
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'unrecognized_keys':
      return 'is not valid'
    default:
      return issue satisfies never
  }
}

function bound(
  words: 'at least' | 'at most',
  limit: number | bigint,
  { origin, inclusive = true }: { origin: string; inclusive?: boolean },
): string {
  const unit = { string: 'character', array: 'entry', set: 'entry' }[origin]
  if (unit !== undefined) return `have ${words} ${limit} ${Number(limit) === 1 ? unit : pluralOf(unit)}`
  if (inclusive) return `be ${words} ${limit}`
  return `be ${words === 'at least' ? 'more' : 'less'} than ${limit}`
}

function pluralOf(unit: string): string {
  return unit === 'entry' ? 'entries' : `${unit}s`
}

function formatOf({ format, pattern }: { format: string; pattern?: string }): string {
  const named = FORMATS[format]
  if (named !== undefined) return `must be ${named}`
  return pattern === undefined ? 'does not have the right form' : `must match ${pattern}`
}
