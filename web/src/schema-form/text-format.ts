import type { FieldShape } from './field-shape.ts'

export type TextShape = FieldShape & { kind: 'text' }

/** The platform's control for a format; a time of JSON Schema names its zone, which no control has. */
const INPUT_TYPES = {
  date: 'date',
  'date-time': 'datetime-local',
  email: 'email',
  uri: 'url',
  url: 'url',
} as const satisfies Record<string, string>

/** What is to be entered, where a format says more to a person than its pattern. */
const WANTED = {
  date: 'a date like 2026-11-21',
  'date-time': 'a day and a time, like 2026-11-21 14:30',
  time: 'a time with its zone, like 14:30:00Z',
  email: 'an e-mail address, such as name@example.com',
  uri: 'a whole address, such as https://example.com/page',
  url: 'a whole address, such as https://example.com/page',
  uuid: 'an id like 0190b7d2-6f4e-4c1a-9b0e-3f5d2a7c8e91',
  duration: 'a length of time like PT1H30M',
  ipv4: 'an IP address like 192.0.2.1',
  ipv6: 'an IP address like 2001:db8::1',
  hostname: 'the name of a computer, such as www.example.com',
} as const satisfies Record<keyof typeof INPUT_TYPES, string> & Record<string, string>

/** Longer patterns say nothing to a person. */
const MAX_SHOWN_PATTERN = 30

export function inputTypeOf(format: string | undefined): string {
  return isNamedIn(INPUT_TYPES, format) ? INPUT_TYPES[format] : 'text'
}

/** What is wrong with the form of a text, for people. */
export function formatError({ format, pattern }: TextShape, text: string, example?: string) {
  const wanted = isNamedIn(WANTED, format) ? `Enter ${WANTED[format]}.` : undefined
  if (!hasFormat(format, text)) return wanted
  if (pattern === undefined || matches(pattern, text)) return undefined
  const expected = 'This does not have the expected form'
  if (pattern.length <= MAX_SHOWN_PATTERN) return `${expected} (${pattern}).`
  return wanted ?? (example === undefined ? `${expected}.` : `${expected}, such as ${example}`)
}

function hasFormat(format: string | undefined, text: string): boolean {
  switch (inputTypeOf(format)) {
    case 'url':
      return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    case 'email':
      return /^\S+@\S+$/.test(text)
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text)
    case 'datetime-local':
      return !Number.isNaN(Date.parse(text))
    default:
      return true
  }
}

/**
 * A moment as the control for it has it: in the time zone of this browser, which it does not name. Kept that way while one
 * types: the years on the way to a date have other time zones, and the control would be set back in the middle of it.
 */
export function toLocalTime(moment: string): string {
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return ''
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().replace(/(:00)?\.000Z$|Z$/, '')
}

/** The moment that the control stands for; as it was where it stands for none. */
export function toMoment(local: string, pattern?: string): string {
  const date = new Date(local)
  if (Number.isNaN(date.getTime())) return local
  const exact = date.toISOString()
  const short = exact.replace('.000Z', 'Z')
  return pattern === undefined || matches(pattern, short) ? short : exact
}

/** A pattern that this browser can't read is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

function isNamedIn<TTable extends object>(
  table: TTable,
  name: string | undefined,
): name is keyof TTable & string {
  return name !== undefined && Object.hasOwn(table, name)
}
