import type { Field, FieldShape } from './field-shape.ts'
import { toLocalTime, toMoment, type TextShape } from './text-format.ts'

/** What the form holds: texts as typed, numbers once they are numbers, groups as objects. */
export type FormValues = Readonly<Record<string, unknown>>

/** The values to begin with: the given input where it has one, else the schema's defaults, else empty. */
export function initialValues(fields: readonly Field[], input: FormValues = {}): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, initialValue(field.shape, input[field.name] ?? field.default)]),
  )
}

function initialValue(shape: FieldShape, given: unknown): unknown {
  switch (shape.kind) {
    case 'group':
      return initialValues(shape.fields, isRecord(given) ? given : {})
    case 'switch':
      return given === true
    case 'list':
      return Array.isArray(given) ? given.map(String) : []
    case 'json':
      return given === undefined ? '' : JSON.stringify(given, null, 2)
    case 'text':
      return shape.format === 'date-time' && typeof given === 'string' ? toLocalTime(given) : (given ?? '')
    case 'number':
    case 'choice':
      return given ?? ''
    default:
      return shape satisfies never
  }
}

/** The same values with one changed; `path` names it from the outside in. */
export function withValue(values: FormValues, path: readonly string[], value: unknown): FormValues {
  const [name, ...rest] = path
  if (name === undefined) return values
  if (rest.length === 0) return { ...values, [name]: value }
  const group = values[name]
  return { ...values, [name]: withValue(isRecord(group) ? group : {}, rest, value) }
}

/**
 * The input to send. What was left empty is left out, so that the operation's own default holds; so is a switch that
 * is off and not required, and a group of which nothing is left.
 */
export function inputOf(fields: readonly Field[], values: FormValues): Record<string, unknown> {
  const entries = fields
    .map((field) => [field.name, sentValue(field, values[field.name])] as const)
    .filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries)
}

function sentValue(field: Field, value: unknown): unknown {
  const { shape } = field
  switch (shape.kind) {
    case 'group': {
      const group = inputOf(shape.fields, isRecord(value) ? value : {})
      return Object.keys(group).length === 0 && !field.required ? undefined : group
    }
    case 'switch':
      return value === true || field.required || field.default !== undefined ? value === true : undefined
    case 'list': {
      const items = Array.isArray(value) ? value : []
      if (items.length === 0 && !field.required) return undefined
      return shape.of === 'number' ? items.map(Number) : items
    }
    case 'json':
      return typeof value === 'string' && value.trim() !== '' ? (JSON.parse(value) as unknown) : undefined
    case 'text':
      return value === '' ? undefined : sentText(shape, value)
    case 'number':
    case 'choice':
      return value === '' || value === null ? undefined : value
    default:
      return shape satisfies never
  }
}

/** What is sent of a text: a moment names its time zone, which its control does not. */
export function sentText({ format, pattern }: TextShape, value: unknown): unknown {
  return format === 'date-time' && typeof value === 'string' ? toMoment(value, pattern) : value
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
